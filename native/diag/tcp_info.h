#ifndef SOCKDIAG_DIAG_TCP_INFO_H_
#define SOCKDIAG_DIAG_TCP_INFO_H_

#include <span>

#include "netlink/rules.h"

namespace sockdiag {

// INET_DIAG_INFO of TCP sockets: struct tcp_info, which only grows at its end.
std::span<const AttributeRule> TcpInfoRules();

// INET_DIAG_INFO of MPTCP sockets: struct mptcp_info. Kernel: 5.9.
std::span<const AttributeRule> MptcpInfoRules();

}  // namespace sockdiag

#endif  // SOCKDIAG_DIAG_TCP_INFO_H_
