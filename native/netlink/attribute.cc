#include "netlink/attribute.h"

#include <arpa/inet.h>
#include <linux/netlink.h>

#include <algorithm>

namespace sockdiag {

bool AttributeCursor::Next(Attribute* out) {
  if (failed_ || bytes_.empty()) return false;
  if (bytes_.size() < sizeof(nlattr)) {
    failed_ = true;
    return false;
  }
  const nlattr header = Load<nlattr>(bytes_);
  if (header.nla_len < sizeof(nlattr) || header.nla_len > bytes_.size()) {
    failed_ = true;
    return false;
  }
  out->type = header.nla_type & NLA_TYPE_MASK;
  out->payload = bytes_.subspan(sizeof(nlattr), header.nla_len - sizeof(nlattr));
  // The padding of the last attribute may be left out.
  bytes_ = bytes_.subspan(std::min<size_t>(NLA_ALIGN(header.nla_len), bytes_.size()));
  return true;
}

uint16_t AttributeCursor::Be16(const Attribute& attribute) { return ntohs(U16(attribute)); }

uint32_t AttributeCursor::Be32(const Attribute& attribute) { return ntohl(U32(attribute)); }

std::string_view AttributeCursor::String(const Attribute& attribute) {
  if (failed_) return {};
  const char* start = reinterpret_cast<const char*>(attribute.payload.data());
  return {start, strnlen(start, attribute.payload.size())};
}

std::span<const uint8_t> AttributeCursor::Bytes(const Attribute& attribute, size_t size) {
  if (failed_ || attribute.payload.size() < size) {
    failed_ = true;
    return {};
  }
  return attribute.payload;
}

AttributeTable::AttributeTable(AttributeCursor* cursor) : cursor_(cursor) {
  Attribute attribute;
  while (cursor->Next(&attribute)) {
    if (attribute.type >= kAttributes) continue;
    places_[attribute.type] = {attribute.payload.data(), attribute.payload.size()};
    present_ |= uint32_t{1} << attribute.type;
  }
}

std::span<const uint8_t> AttributeTable::Payload(uint16_t type) const {
  if (!Has(type)) return {};
  return {places_[type].data, places_[type].size};
}

std::optional<Attribute> AttributeTable::Find(uint16_t type) const {
  if (!Has(type)) return std::nullopt;
  return Attribute{type, Payload(type)};
}

uint32_t AttributeTable::U32(uint16_t type, uint32_t absent) const {
  const std::optional<Attribute> attribute = Find(type);
  return attribute.has_value() ? cursor_->U32(*attribute) : absent;
}

uint8_t AttributeTable::U8(uint16_t type, uint8_t absent) const {
  const std::optional<Attribute> attribute = Find(type);
  return attribute.has_value() ? cursor_->U8(*attribute) : absent;
}

}  // namespace sockdiag
