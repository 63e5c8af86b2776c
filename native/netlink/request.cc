#include "netlink/request.h"

#include <cassert>
#include <cstddef>
#include <cstring>

#include "uapi.h"

namespace sockdiag {

RequestWriter::RequestWriter(uint16_t type, uint16_t flags, std::span<const uint8_t> fixed) {
  nlmsghdr header = {};
  header.nlmsg_type = type;
  header.nlmsg_flags = flags;
  Append({reinterpret_cast<const uint8_t*>(&header), sizeof(header)});
  Append(fixed);
}

void RequestWriter::Put(uint16_t attribute, std::span<const uint8_t> payload) {
  assert(payload.size() <= UINT16_MAX - sizeof(nlattr));
  nlattr header = {};
  header.nla_len = static_cast<uint16_t>(sizeof(header) + payload.size());
  header.nla_type = attribute;
  Append({reinterpret_cast<const uint8_t*>(&header), sizeof(header)});
  Append(payload);
}

void RequestWriter::PutU32(uint16_t attribute, uint32_t value) {
  Put(attribute, {reinterpret_cast<const uint8_t*>(&value), sizeof(value)});
}

void RequestWriter::Append(std::span<const uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  bytes_.resize(NLMSG_ALIGN(bytes_.size()));
  const uint32_t length = static_cast<uint32_t>(bytes_.size());
  memcpy(bytes_.data() + offsetof(nlmsghdr, nlmsg_len), &length, sizeof(length));
}

void SetSequence(std::vector<uint8_t>* request, uint32_t sequence) {
  assert(request->size() >= sizeof(nlmsghdr));
  memcpy(request->data() + offsetof(nlmsghdr, nlmsg_seq), &sequence, sizeof(sequence));
}

}  // namespace sockdiag
