#ifndef SOCKDIAG_DIAG_INET_H_
#define SOCKDIAG_DIAG_INET_H_

#include <cstdint>
#include <vector>

#include "netlink/dump.h"
#include "netlink/request.h"
#include "netlink/rules.h"

namespace sockdiag {

// TCP, UDP, UDP-Lite, raw, SCTP, MPTCP: struct inet_diag_req_v2, or inet_diag_req where `legacy`.
std::vector<uint8_t> EncodeInetDump(const DumpRequest& request);

// One socket by its ends; the answer is one message of type SOCK_DIAG_BY_FAMILY, so the decoder's request must not be
// `legacy`. Kernel: a TCP get falls back to the listener of the local end, and a UDP get to a socket without remote end;
// the decoder of an `exact` request skips such answers.
std::vector<uint8_t> EncodeInetGet(const DumpRequest& request);

// struct inet_diag_msg and its attributes → table sockets.
class InetDecoder : public Decoder {
 public:
  InetDecoder(const DumpRequest& request, TableBuilder* rows, TableBuilder* held);

 protected:
  RowResult Fill(const Message& message, TableBuilder* row) override;

 private:
  bool IsAskedFor(const inet_diag_sockid& id, bool ipv6) const;
  void FillFixed(const inet_diag_msg& fixed, TableBuilder* row) const;
  void FillTimer(const inet_diag_msg& fixed, TableBuilder* row) const;
  void FillAttributes(AttributeCursor* cursor, TableBuilder* row) const;

  // Ends of the only socket wanted, where `exact_`; addresses in their IPv6 form.
  struct Ends {
    uint8_t local[16];
    uint8_t remote[16];
    uint16_t source_port;
    uint16_t dest_port;
  };

  uint16_t protocol_;
  bool exact_;
  Ends ends_ = {};
  uint8_t netid4_;
  uint8_t netid6_;
  RuleSet rules_;
  RuleSet ulp_rules_;
  RuleSet tls_rules_;
  RuleSet subflow_rules_;
  // Some column comes from an attribute; otherwise they are not even walked.
  bool wants_attributes_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_DIAG_INET_H_
