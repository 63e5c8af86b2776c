#ifndef SOCKDIAG_NETLINK_REQUEST_H_
#define SOCKDIAG_NETLINK_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace sockdiag {

// What the kernel is asked for, in numbers. Each kind of dump looks at its own fields.
struct DumpRequest {
  // inet: AF_INET or AF_INET6, not looked at where `legacy`. rtnetlink: 0 = all.
  uint8_t family = 0;
  // inet: IPPROTO_*; above 255 it travels as INET_DIAG_REQ_PROTOCOL (5.9).
  uint16_t protocol = 0;
  // inet: attributes wanted, bit n - 1 is attribute n. Not attribute numbers.
  uint8_t ext = 0;
  // unix, packet, netlink: what to show (udiag_show, pdiag_show, ndiag_show).
  uint32_t show = 0;
  // inet, unix, vsock: bit n is state n. NB: TCP bit 13 brings rows /proc/net/tcp never shows, at the cost of walking
  // another table.
  uint32_t states = 0;
  // inet: host byte order, 0 = any.
  uint16_t source_port = 0;
  uint16_t dest_port = 0;
  // inet: inet_diag_bc operations, empty = every row. At most kBytecodeMax bytes.
  std::vector<uint8_t> bytecode;
  // inet: message type TCPDIAG_GETSOCK, IPv4 and IPv6 in one walk. Kernel: protocols other than TCP since 5.9.
  bool legacy = false;
  // inet: codes column `netid` gets, by address family.
  uint8_t netid4 = 0;
  uint8_t netid6 = 0;
  // route: RT_TABLE_*, 0 = all.
  uint32_t table = 0;
  // inet: only the socket with these ends is asked for; other answers are skipped.
  bool exact = false;
  // inet, exact get: the ends of the socket as its owner sees them, network byte order, IPv4 in the first 4 bytes.
  uint8_t local_address[16] = {};
  uint8_t remote_address[16] = {};
  // inet, exact get: device the socket is bound to, 0 = any.
  uint32_t interface = 0;
  // inet, exact get: identity the socket must have. NB: 0 is a cookie no socket has; all ones = any.
  uint64_t cookie = UINT64_MAX;
};

constexpr size_t kBytecodeMax = UINT16_MAX - 64;

// A request being written: header, fixed part, attributes. Lengths are kept right as it grows; the sequence number is
// set when it is sent.
class RequestWriter {
 public:
  RequestWriter(uint16_t type, uint16_t flags, std::span<const uint8_t> fixed);

  template <typename T>
  static RequestWriter Of(uint16_t type, uint16_t flags, const T& fixed) {
    return RequestWriter(type, flags, {reinterpret_cast<const uint8_t*>(&fixed), sizeof(fixed)});
  }

  // NB: an attribute holds at most 65531 bytes; longer payloads are refused by the callers' argument checks.
  void Put(uint16_t attribute, std::span<const uint8_t> payload);
  void PutU32(uint16_t attribute, uint32_t value);

  std::vector<uint8_t> Take() { return std::move(bytes_); }

 private:
  void Append(std::span<const uint8_t> bytes);

  std::vector<uint8_t> bytes_;
};

// Writes the sequence number into a finished request.
void SetSequence(std::vector<uint8_t>* request, uint32_t sequence);

}  // namespace sockdiag

#endif  // SOCKDIAG_NETLINK_REQUEST_H_
