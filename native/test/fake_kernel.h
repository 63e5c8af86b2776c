#ifndef SOCKDIAG_TEST_FAKE_KERNEL_H_
#define SOCKDIAG_TEST_FAKE_KERNEL_H_

#include <cstdint>
#include <functional>
#include <vector>

// Stands between the core and the system calls on netlink sockets: the program that holds it is linked with
// --wrap=socket,sendto,recvmsg, and sockets are real, but what is sent to them stays here and what they say is made up.

namespace sockdiag {

// What one recvmsg gives.
struct Answer {
  std::vector<uint8_t> datagram;
  // errno of the call; 0 = it succeeds.
  int err = 0;
  // MSG_TRUNC
  int flags = 0;
  // nl_pid of the sender; the kernel's is 0.
  uint32_t sender = 0;
};

// How the kernel behaves from now on. Set while no socket is in use.
struct FakeKernel {
  // errno of socket() and of sendto(); 0 = they succeed.
  int socket_err = 0;
  int send_err = 0;
  // sendto takes only so many bytes; 0 = all.
  size_t send_cut = 0;
  // Answers to the dump that was asked for with this sequence number; `attempt` counts from 0.
  std::function<std::vector<Answer>(uint32_t sequence, int attempt)> dump;
  // When the answers are used up they begin again, for ever.
  bool endless = false;
};

void Behave(FakeKernel kernel);

}  // namespace sockdiag

#endif  // SOCKDIAG_TEST_FAKE_KERNEL_H_
