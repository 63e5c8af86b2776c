#ifndef SOCKDIAG_NETLINK_ATTRIBUTE_H_
#define SOCKDIAG_NETLINK_ATTRIBUTE_H_

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace sockdiag {

struct Attribute {
  // Without the flags NLA_F_NESTED and NLA_F_NET_BYTEORDER.
  uint16_t type = 0;
  std::span<const uint8_t> payload;
};

// The value at `offset` of `bytes`, wherever it is aligned. NB: the caller has checked that it fits.
template <typename T>
T Load(std::span<const uint8_t> bytes, size_t offset = 0) {
  T value;
  memcpy(&value, bytes.data() + offset, sizeof(value));
  return value;
}

// Walks the attributes that fill a payload. The first thing that does not fit makes failed() true for good: Next() ends
// and readers give zero, so that a decoder asks once, at the end. Readers want at least their size; longer payloads are
// fine (kernels lengthen structs).
class AttributeCursor {
 public:
  explicit AttributeCursor(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool Next(Attribute* out);
  bool failed() const { return failed_; }
  void Fail() { failed_ = true; }

  uint8_t U8(const Attribute& attribute) { return Number<uint8_t>(attribute); }
  uint16_t U16(const Attribute& attribute) { return Number<uint16_t>(attribute); }
  uint32_t U32(const Attribute& attribute) { return Number<uint32_t>(attribute); }
  uint64_t U64(const Attribute& attribute) { return Number<uint64_t>(attribute); }
  uint16_t Be16(const Attribute& attribute);
  uint32_t Be32(const Attribute& attribute);
  // Up to the first NUL, or all of it.
  std::string_view String(const Attribute& attribute);
  // All of it when it has at least `size` bytes.
  std::span<const uint8_t> Bytes(const Attribute& attribute, size_t size);
  // The attributes inside it; their failure must be handed on with Join().
  AttributeCursor Nested(const Attribute& attribute) const { return AttributeCursor(attribute.payload); }
  void Join(const AttributeCursor& nested) { failed_ = failed_ || nested.failed_; }

 private:
  template <typename T>
  T Number(const Attribute& attribute) {
    if (failed_ || attribute.payload.size() < sizeof(T)) {
      failed_ = true;
      return 0;
    }
    return Load<T>(attribute.payload);
  }

  std::span<const uint8_t> bytes_;
  bool failed_ = false;
};

// The attributes of a payload by number, for messages whose attributes depend on one another. Of two with one number
// the last counts.
class AttributeTable {
 public:
  // Collects what the cursor walks.
  explicit AttributeTable(AttributeCursor* cursor);

  // Empty: absent.
  std::optional<Attribute> Find(uint16_t type) const;
  bool Has(uint16_t type) const { return type < kAttributes && (present_ >> type & 1) != 0; }
  // Empty where there is no such attribute.
  std::span<const uint8_t> Payload(uint16_t type) const;
  // `absent` where there is no such attribute; one that is too short fails the cursor.
  uint32_t U32(uint16_t type, uint32_t absent) const;
  uint8_t U8(uint16_t type, uint8_t absent) const;

 private:
  static constexpr size_t kAttributes = 32;

  struct Place {
    const uint8_t* data;
    size_t size;
  };

  AttributeCursor* cursor_;
  // NB: set only where present_ says so: clearing it all would be half the cost of a short message.
  Place places_[kAttributes];
  uint32_t present_ = 0;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_NETLINK_ATTRIBUTE_H_
