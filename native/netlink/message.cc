#include "netlink/message.h"

#include <cerrno>
#include <cstring>

#include "netlink/attribute.h"

namespace sockdiag {
namespace {

// Kernel: set when extended acknowledgement attributes follow; linux/netlink.h has it since 4.12.
constexpr uint16_t kAckTlvs = 0x200;
constexpr uint16_t kCapped = 0x100;
constexpr uint16_t kExtAckMessage = 1;
constexpr uint16_t kExtAckOffset = 2;

void ReadExtendedAck(std::span<const uint8_t> attributes, Status* status) {
  AttributeCursor cursor(attributes);
  Attribute attribute;
  while (cursor.Next(&attribute)) {
    if (attribute.type == kExtAckMessage) status->detail = cursor.String(attribute);
    if (attribute.type == kExtAckOffset) status->offset = cursor.U32(attribute);
  }
}

// What follows the error number: for NLMSG_ERROR the header of the request, and its payload unless capped.
size_t ExtendedAckStart(const Message& message) {
  size_t start = sizeof(int32_t);
  if (message.header.nlmsg_type != NLMSG_ERROR) return start;
  nlmsghdr request;
  if (message.payload.size() < start + sizeof(request)) return message.payload.size();
  memcpy(&request, message.payload.data() + start, sizeof(request));
  if ((message.header.nlmsg_flags & kCapped) != 0) return start + sizeof(request);
  const size_t length = (size_t{request.nlmsg_len} + 3) & ~size_t{3};
  return length > message.payload.size() - start ? message.payload.size() : start + length;
}

}  // namespace

bool MessageCursor::Next(Message* out) {
  const size_t left = datagram_.size() - position_;
  if (left == 0 || !status_.ok()) return false;
  const uint32_t offset = static_cast<uint32_t>(position_);
  if (left < sizeof(nlmsghdr)) {
    status_ = Failure("decode", EBADMSG, "datagram ends inside an nlmsghdr", offset);
    return false;
  }
  memcpy(&out->header, datagram_.data() + position_, sizeof(nlmsghdr));
  const size_t length = out->header.nlmsg_len;
  if (length < sizeof(nlmsghdr) || length > left) {
    status_ = Failure("decode", EBADMSG, "nlmsg_len does not fit the datagram", offset);
    return false;
  }
  out->payload = datagram_.subspan(position_ + sizeof(nlmsghdr), length - sizeof(nlmsghdr));
  out->offset = offset;
  const size_t aligned = (length + NLMSG_ALIGNTO - 1) & ~size_t{NLMSG_ALIGNTO - 1};
  position_ = aligned > left ? datagram_.size() : position_ + aligned;
  return true;
}

Status ReadOutcome(const Message& message) {
  const bool done = message.header.nlmsg_type == NLMSG_DONE;
  int32_t error;
  if (message.payload.size() < sizeof(error)) {
    return Failure("decode", EBADMSG, done ? "NLMSG_DONE without a result" : "NLMSG_ERROR without an error number",
                   message.offset);
  }
  memcpy(&error, message.payload.data(), sizeof(error));
  if (error == 0) return {};
  if (error > 0 || error == INT32_MIN) {
    return Failure("decode", EBADMSG, "an error number that is not negative", message.offset);
  }
  Status status = Failure(done ? "NLMSG_DONE" : "NLMSG_ERROR", -error);
  if ((message.header.nlmsg_flags & kAckTlvs) != 0) {
    ReadExtendedAck(message.payload.subspan(ExtendedAckStart(message)), &status);
  }
  return status;
}

}  // namespace sockdiag
