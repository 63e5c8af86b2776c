/* deny ERRNO FAMILY PROTOCOL PROGRAM...: runs the program under a seccomp filter in which socket(2) of that family, and
 * of that protocol unless it is -1, fails with ERRNO. FAMILY 0: the system call whose number is PROTOCOL fails. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define SKIP_UNLESS(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (count))

int main(int argc, char **argv) {
  if (argc < 5) return 2;
  const unsigned refuse = SECCOMP_RET_ERRNO | ((unsigned)atoi(argv[1]) & SECCOMP_RET_DATA);
  const unsigned family = (unsigned)atoi(argv[2]);
  const int protocol = atoi(argv[3]);
  struct sock_filter by_call[] = {
      LOAD(nr),
      SKIP_UNLESS((unsigned)protocol, 1),
      BPF_STMT(BPF_RET | BPF_K, refuse),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_filter by_family[] = {
      LOAD(nr),
      SKIP_UNLESS(SYS_socket, 3),
      LOAD(args[0]),
      SKIP_UNLESS(family, 1),
      BPF_STMT(BPF_RET | BPF_K, refuse),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_filter by_protocol[] = {
      LOAD(nr),
      SKIP_UNLESS(SYS_socket, 5),
      LOAD(args[0]),
      SKIP_UNLESS(family, 3),
      LOAD(args[2]),
      SKIP_UNLESS((unsigned)protocol, 1),
      BPF_STMT(BPF_RET | BPF_K, refuse),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof(by_protocol) / sizeof(*by_protocol), by_protocol};
  if (protocol < 0) program = (struct sock_fprog){sizeof(by_family) / sizeof(*by_family), by_family};
  if (family == 0) program = (struct sock_fprog){sizeof(by_call) / sizeof(*by_call), by_call};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
    perror("seccomp");
    return 3;
  }
  execvp(argv[4], argv + 4);
  perror(argv[4]);
  return 127;
}
