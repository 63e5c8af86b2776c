#ifndef SOCKDIAG_STATUS_H_
#define SOCKDIAG_STATUS_H_

#include <cstdint>
#include <string>
#include <utility>

namespace sockdiag {

// Outcome of an operation. `op` names the system call ("socket", "bind", "send", "recv", "setns", ...), the message
// that carried the error ("NLMSG_ERROR", "NLMSG_DONE"), or "decode" for an answer that cannot be read.
// NB: nothing in the core throws; a Status becomes a JavaScript value in worker.h and addon.cc alone.
struct Status {
  const char* op = "";
  // errno, positive; 0 = success. "decode" uses EBADMSG.
  int err = 0;
  // The kernel's own words (extended acknowledgement), or what was expected and what was found.
  std::string detail = {};
  // Byte the error refers to: of the request (extended acknowledgement) or of the datagram ("decode").
  uint32_t offset = 0;

  bool ok() const { return err == 0; }
};

inline Status Failure(const char* op, int err, std::string detail = {}, uint32_t offset = 0) {
  return Status{op, err, std::move(detail), offset};
}

}  // namespace sockdiag

#endif  // SOCKDIAG_STATUS_H_
