// Makes sockets for the owner sources to find, and keeps them until its standard input ends.
//
//   owners_population PROCESSES SOCKETS [idle processes]
//
// PROCESSES children with SOCKETS unbound UDP sockets each, and as many idle children without any as asked for. Prints
// "ready" once all are made. Unbound sockets are in no table of any namespace: only their descriptors exist, which is
// all that the owner sources look at.
#include <cstdio>
#include <cstdlib>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <signal.h>
#include <unistd.h>

namespace {

[[noreturn]] void Child(int sockets, int ready) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  char made = 1;
  for (int at = 0; at < sockets; at++)
    if (socket(AF_INET, SOCK_DGRAM, 0) < 0) made = 0;
  if (write(ready, &made, 1) != 1) _exit(1);
  close(ready);
  for (;;) pause();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const int processes = std::atoi(argv[1]), sockets = std::atoi(argv[2]), idle = argc > 3 ? std::atoi(argv[3]) : 0;
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  int ready[2];
  if (pipe(ready) != 0) return 1;
  for (int at = 0; at < processes + idle; at++) {
    const pid_t child = fork();
    if (child == 0) Child(at < processes ? sockets : 0, ready[1]);
    char made = 0;
    if (child < 0 || read(ready[0], &made, 1) != 1 || made == 0) {
      std::fprintf(stderr, "owners_population: child %d could not be made\n", at);
      return 1;
    }
  }
  std::puts("ready");
  std::fflush(stdout);
  char byte;
  while (read(0, &byte, 1) > 0) {
  }
  return 0;
}
