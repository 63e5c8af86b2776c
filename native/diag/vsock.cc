#include "diag/vsock.h"

#include "netlink/attribute.h"
#include "uapi.h"

namespace sockdiag {

std::vector<uint8_t> EncodeVsockDump(const DumpRequest& request) {
  vsock_diag_req fixed = {};
  fixed.sdiag_family = AF_VSOCK;
  fixed.vdiag_states = request.states;
  fixed.vdiag_cookie[0] = fixed.vdiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return RequestWriter::Of(SOCK_DIAG_BY_FAMILY, NLM_F_REQUEST | NLM_F_DUMP, fixed).Take();
}

VsockDecoder::VsockDecoder(const DumpRequest&, TableBuilder* rows, TableBuilder* held)
    : Decoder(SOCK_DIAG_BY_FAMILY, rows, held) {}

RowResult VsockDecoder::Fill(const Message& message, TableBuilder* row) {
  using C = VsockColumn;
  if (message.payload.size() < sizeof(vsock_diag_msg)) return RowResult::kMalformed;
  const vsock_diag_msg fixed = Load<vsock_diag_msg>(message.payload);
  const uint64_t cookie = fixed.vdiag_cookie[0] | uint64_t{fixed.vdiag_cookie[1]} << 32;
  if (!IsNew(cookie)) return RowResult::kDuplicate;
  row->SetU8(C::kType, fixed.vdiag_type);
  row->SetU8(C::kState, fixed.vdiag_state);
  row->SetU32(C::kLocalCid, fixed.vdiag_src_cid);
  row->SetU32(C::kLocalPort, fixed.vdiag_src_port);
  row->SetU32(C::kRemoteCid, fixed.vdiag_dst_cid);
  row->SetU32(C::kRemotePort, fixed.vdiag_dst_port);
  row->SetU8(C::kShutdown, fixed.vdiag_shutdown);
  row->SetU32(C::kInode, fixed.vdiag_ino);
  row->SetU64(C::kCookie, cookie);
  return RowResult::kKept;
}

}  // namespace sockdiag
