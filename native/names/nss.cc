#include "names/nss.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace sockdiag {
namespace {

constexpr size_t kFirstBuffer = 1024;
constexpr size_t kLastBuffer = 1024 * 1024;

// NB: getservent, getprotoent and getnetbyaddr keep their place and their answer in the C library, once per process, so
// their users take turns. A process-wide lock for a process-wide resource.
pthread_mutex_t enumeration_lock = PTHREAD_MUTEX_INITIALIZER;

class EnumerationTurn {
 public:
  EnumerationTurn() { pthread_mutex_lock(&enumeration_lock); }
  ~EnumerationTurn() { pthread_mutex_unlock(&enumeration_lock); }
  EnumerationTurn(const EnumerationTurn&) = delete;
  EnumerationTurn& operator=(const EnumerationTurn&) = delete;
};

Name HostByAddress(int family, std::span<const uint8_t> address) {
  std::vector<char> buffer(kFirstBuffer);
  while (buffer.size() <= kLastBuffer) {
    hostent host;
    hostent* found = nullptr;
    int host_errno = 0;
    const int err = gethostbyaddr_r(address.data(), static_cast<socklen_t>(address.size()), family, &host,
                                    buffer.data(), buffer.size(), &found, &host_errno);
    if (err == ERANGE) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    if (err != 0 || found == nullptr || found->h_name == nullptr) return std::nullopt;
    return found->h_name;
  }
  return std::nullopt;
}

Name NameInfo(int family, std::span<const uint8_t> address) {
  sockaddr_storage storage = {};
  socklen_t length = sizeof(sockaddr_in);
  if (family == AF_INET6) {
    sockaddr_in6* in6 = reinterpret_cast<sockaddr_in6*>(&storage);
    in6->sin6_family = AF_INET6;
    memcpy(&in6->sin6_addr, address.data(), sizeof(in6->sin6_addr));
    length = sizeof(sockaddr_in6);
  } else {
    sockaddr_in* in = reinterpret_cast<sockaddr_in*>(&storage);
    in->sin_family = AF_INET;
    memcpy(&in->sin_addr, address.data(), sizeof(in->sin_addr));
  }
  char name[NI_MAXHOST];
  if (getnameinfo(reinterpret_cast<sockaddr*>(&storage), length, name, sizeof(name), nullptr, 0, 0) != 0) {
    return std::nullopt;
  }
  return name;
}

Name NetworkByAddress(std::span<const uint8_t> address) {
  uint32_t number;
  memcpy(&number, address.data(), sizeof(number));
  EnumerationTurn turn;
  const netent* network = getnetbyaddr(ntohl(number), AF_INET);
  if (network == nullptr || network->n_name == nullptr) return std::nullopt;
  return network->n_name;
}

void ReadServiceEntries(Services* services) {
  const std::pair<const char*, ServiceList*> lists[] = {
      {"tcp", &services->tcp}, {"udp", &services->udp}, {"raw", &services->raw}};
  setservent(1);
  while (const servent* entry = getservent()) {
    for (const auto& [protocol, list] : lists) {
      if (strcmp(entry->s_proto, protocol) != 0) continue;
      list->emplace_back(ntohs(static_cast<uint16_t>(entry->s_port)), entry->s_name);
    }
  }
  endservent();
}

void ReadProtocolEntries(Services* services) {
  setprotoent(1);
  while (const protoent* entry = getprotoent()) {
    services->raw.emplace_back(static_cast<uint32_t>(entry->p_proto), entry->p_name);
  }
  endprotoent();
}

}  // namespace

Name UserName(uint32_t uid) {
  std::vector<char> buffer(kFirstBuffer);
  while (buffer.size() <= kLastBuffer) {
    passwd entry;
    passwd* found = nullptr;
    const int err = getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
    if (err == ERANGE) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    if (err != 0 || found == nullptr) return std::nullopt;
    return found->pw_name;
  }
  return std::nullopt;
}

Name HostName(int family, std::span<const uint8_t> address, HostLookup lookup) {
  if (address.size() != (family == AF_INET6 ? sizeof(in6_addr) : sizeof(in_addr))) return std::nullopt;
  switch (lookup) {
    case HostLookup::kAddress:
      return HostByAddress(family, address);
    case HostLookup::kNameInfo:
      return NameInfo(family, address);
    case HostLookup::kNetwork:
      return family == AF_INET ? NetworkByAddress(address) : std::nullopt;
  }
  return std::nullopt;
}

Services ReadServices() {
  EnumerationTurn turn;
  Services services;
  ReadServiceEntries(&services);
  ReadProtocolEntries(&services);
  return services;
}

}  // namespace sockdiag
