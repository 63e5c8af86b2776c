#include "test/fake_kernel.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "uapi.h"

namespace sockdiag {
namespace {

// NB: one socket at a time talks to it, from one thread at a time.
FakeKernel behaviour;
std::vector<Answer> queue;
size_t next_answer = 0;
int attempts = 0;

Answer Acknowledgement(const nlmsghdr& request) {
  Answer answer;
  answer.datagram.resize(sizeof(nlmsghdr) + sizeof(nlmsgerr));
  nlmsghdr header = {};
  header.nlmsg_len = static_cast<uint32_t>(answer.datagram.size());
  header.nlmsg_type = NLMSG_ERROR;
  header.nlmsg_seq = request.nlmsg_seq;
  memcpy(answer.datagram.data(), &header, sizeof(header));
  return answer;
}

}  // namespace

void Behave(FakeKernel kernel) {
  behaviour = std::move(kernel);
  queue.clear();
  next_answer = 0;
  attempts = 0;
}

}  // namespace sockdiag

using namespace sockdiag;

extern "C" {

int __real_socket(int domain, int type, int protocol);

int __wrap_socket(int domain, int type, int protocol) {
  if (domain != AF_NETLINK || behaviour.socket_err == 0) return __real_socket(domain, type, protocol);
  errno = behaviour.socket_err;
  return -1;
}

ssize_t __wrap_sendto(int, const void* bytes, size_t size, int, const sockaddr*, socklen_t) {
  if (behaviour.send_err != 0) {
    errno = behaviour.send_err;
    return -1;
  }
  nlmsghdr request;
  memcpy(&request, bytes, sizeof(request));
  next_answer = 0;
  if (request.nlmsg_type == NLMSG_NOOP) {
    queue = {Acknowledgement(request)};
  } else {
    if (behaviour.send_cut != 0) return static_cast<ssize_t>(behaviour.send_cut);
    queue = behaviour.dump(request.nlmsg_seq, attempts++);
  }
  return static_cast<ssize_t>(size);
}

ssize_t __wrap_recvmsg(int, msghdr* message, int) {
  if (next_answer == queue.size() && behaviour.endless) next_answer = 0;
  if (next_answer == queue.size()) {
    errno = EAGAIN;
    return -1;
  }
  const Answer& answer = queue[next_answer++];
  if (answer.err != 0) {
    errno = answer.err;
    return -1;
  }
  sockaddr_nl sender = {};
  sender.nl_family = AF_NETLINK;
  sender.nl_pid = answer.sender;
  memcpy(message->msg_name, &sender, sizeof(sender));
  message->msg_namelen = sizeof(sender);
  message->msg_flags = answer.flags;
  const size_t size = answer.datagram.size() < message->msg_iov->iov_len ? answer.datagram.size() : message->msg_iov->iov_len;
  if (size > 0) memcpy(message->msg_iov->iov_base, answer.datagram.data(), size);
  return static_cast<ssize_t>(size);
}

}  // extern "C"
