#ifndef SOCKDIAG_NAMES_NSS_H_
#define SOCKDIAG_NAMES_NSS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sockdiag {

// Names out of the C library's databases (nsswitch.conf). Every function may wait for the network; none is called on
// the event loop.
using Name = std::optional<std::string>;

// getpwuid_r
Name UserName(uint32_t uid);

enum class HostLookup {
  // gethostbyaddr_r; what netstat does for IPv4.
  kAddress,
  // getnameinfo without flags: numeric text where there is no name; what netstat does for IPv6.
  kNameInfo,
  // getnetbyaddr: IPv4 networks.
  kNetwork,
};

// `address`: 4 or 16 bytes in network order.
Name HostName(int family, std::span<const uint8_t> address, HostLookup lookup);

using ServiceList = std::vector<std::pair<uint32_t, std::string>>;

// Official names by number in the order of the databases; where a number comes twice, netstat takes the last.
struct Services {
  ServiceList tcp;
  ServiceList udp;
  // Services of the pseudo protocol "raw", then all protocols.
  ServiceList raw;
};

// getservent to the end, then getprotoent to the end.
Services ReadServices();

}  // namespace sockdiag

#endif  // SOCKDIAG_NAMES_NSS_H_
