/*
 * The floor the scan is measured against: the least a C program can do to learn socket -> pid from /proc, with nothing
 * kept but a count. One openat and the getdents64 calls per process, one readlinkat per descriptor.
 *
 *   owners_floor THREADS ROUNDS     prints the milliseconds of each round, and the sockets seen
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int proc, processes;
static char names[1 << 16][12];
static atomic_int next;
static atomic_long found;

static void *scan(void *unused) {
  static _Thread_local char entries[65536];
  long sockets = 0;
  for (int at; (at = atomic_fetch_add(&next, 1)) < processes;) {
    char path[24], text[32];
    strcpy(stpcpy(path, names[at]), "/fd");
    int fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) continue;
    for (long got; (got = syscall(SYS_getdents64, fd, entries, sizeof entries)) > 0;)
      for (long entry = 0; entry < got; entry += *(unsigned short *)(entries + entry + 16))
        if (entries[entry + 19] != '.' && readlinkat(fd, entries + entry + 19, text, sizeof text) > 8 &&
            memcmp(text, "socket:[", 8) == 0)
          sockets++;
    close(fd);
  }
  atomic_fetch_add(&found, sockets);
  return unused;
}

static void list(void) {
  static char entries[65536];
  processes = 0;
  lseek(proc, 0, SEEK_SET);
  for (long got; (got = syscall(SYS_getdents64, proc, entries, sizeof entries)) > 0;)
    for (long entry = 0; entry < got; entry += *(unsigned short *)(entries + entry + 16))
      if (entries[entry + 19] >= '1' && entries[entry + 19] <= '9' && processes < 1 << 16)
        strncpy(names[processes++], entries + entry + 19, 11);
}

int main(int argc, char **argv) {
  int threads = argc > 1 ? atoi(argv[1]) : 1, rounds = argc > 2 ? atoi(argv[2]) : 1;
  proc = open("/proc", O_RDONLY | O_DIRECTORY);
  for (int round = 0; round < rounds; round++) {
    struct timespec from, to;
    pthread_t other[64];
    clock_gettime(CLOCK_MONOTONIC, &from);
    found = next = 0;
    list();
    for (int at = 1; at < threads; at++) pthread_create(&other[at], NULL, scan, NULL);
    scan(NULL);
    for (int at = 1; at < threads; at++) pthread_join(other[at], NULL);
    clock_gettime(CLOCK_MONOTONIC, &to);
    printf("%.3f %ld\n", (to.tv_sec - from.tv_sec) * 1e3 + (to.tv_nsec - from.tv_nsec) / 1e6, found);
  }
  return 0;
}
