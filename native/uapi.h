#ifndef SOCKDIAG_UAPI_H_
#define SOCKDIAG_UAPI_H_

// The kernel's interfaces, and what the headers of older kernels lack of them. Sizes are the wire format, so each is
// asserted.

#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/inet_diag.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/netlink_diag.h>
#include <linux/packet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <linux/vm_sockets_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdint>

#ifndef NETLINK_GET_STRICT_CHK
#define NETLINK_GET_STRICT_CHK 12
#endif
#ifndef NETLINK_CAP_ACK
#define NETLINK_CAP_ACK 10
#endif
#ifndef NETLINK_EXT_ACK
#define NETLINK_EXT_ACK 11
#endif
#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#ifndef RTEXT_FILTER_SKIP_STATS
#define RTEXT_FILTER_SKIP_STATS (1 << 3)
#endif

namespace sockdiag {

// Kernel: attributes up to 22 exist since 5.10; headers of 4.x stop earlier. Values are the kernel's.
enum InetDiagAttribute : uint16_t {
  kInetDiagMeminfo = 1,
  kInetDiagInfo = 2,
  kInetDiagVegasinfo = 3,
  kInetDiagCong = 4,
  kInetDiagTos = 5,
  kInetDiagTclass = 6,
  kInetDiagSkmeminfo = 7,
  kInetDiagShutdown = 8,
  kInetDiagDctcpinfo = 9,
  kInetDiagProtocol = 10,
  kInetDiagSkv6only = 11,
  kInetDiagMark = 15,
  kInetDiagBbrinfo = 16,
  kInetDiagClassId = 17,
  kInetDiagMd5sig = 18,
  kInetDiagUlpInfo = 19,
  kInetDiagCgroupId = 21,
  kInetDiagSockopt = 22,
};
static_assert(+kInetDiagMark == INET_DIAG_MARK && +kInetDiagUlpInfo == INET_DIAG_ULP_INFO);

// Attributes of a request. Kernel: PROTOCOL since 5.9.
enum InetDiagReqAttribute : uint16_t { kInetDiagReqBytecode = 1, kInetDiagReqProtocol = 3 };

static_assert(sizeof(nlmsghdr) == 16);
static_assert(sizeof(nlattr) == 4);
static_assert(sizeof(inet_diag_sockid) == 48);
static_assert(sizeof(inet_diag_req) == 60);
static_assert(sizeof(inet_diag_req_v2) == 56);
static_assert(sizeof(inet_diag_msg) == 72);
static_assert(sizeof(unix_diag_req) == 24);
static_assert(sizeof(unix_diag_msg) == 16);
static_assert(sizeof(packet_diag_req) == 20);
static_assert(sizeof(packet_diag_msg) == 16);
static_assert(sizeof(netlink_diag_req) == 20);
static_assert(sizeof(netlink_diag_msg) == 28);
static_assert(sizeof(vsock_diag_req) == 24);
static_assert(sizeof(vsock_diag_msg) == 32);
static_assert(sizeof(ifinfomsg) == 16);
static_assert(sizeof(ifaddrmsg) == 8);
static_assert(sizeof(rtmsg) == 12);
static_assert(sizeof(ndmsg) == 12);
static_assert(sizeof(rtnexthop) == 8);

}  // namespace sockdiag

#endif  // SOCKDIAG_UAPI_H_
