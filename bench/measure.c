/* Runs programs one after the other and says what each took: reads lines of tab-separated words, answers with one line each.
 *
 *   quiet MS                     waits, MS milliseconds at most, until all processors idle: "1" when they did, else "0"
 *   run FLAGS PROGRAM ARGUMENT   "STATUS NANOSECONDS PEAK_KIB USER_US SYSTEM_US FIRST_LINE"
 *
 * Flags: `-` none; `o` the first line of standard output is part of the answer, otherwise it goes to /dev/null; `b` without
 * the capabilities that BPF needs. STATUS is the exit status, or 128 + the signal's number.
 *
 * A process of its own, and a small one, for three reasons: fork of a small process is quick; wait4 gives peak memory and
 * processor time of exactly that child; and a child's peak begins with that of the process that forked it, so that a child of
 * Node never seems smaller than Node. Children end with this program, and it ends when standard input closes. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { kLine = 8192, kWords = 64, kAnswer = 256, kWindowMs = 50, kStatNumbers = 8 };

/* At most this share of the processors' time is spent in a quiet window. */
static const double kBusyShare = 0.11;

static const int kBpfCapabilities[] = {CAP_BPF, CAP_PERFMON, CAP_SYS_ADMIN};

static long long Now(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000ll + now.tv_nsec;
}

static void Sleep(int milliseconds) {
  struct timespec pause = {0, milliseconds * 1000000l};
  nanosleep(&pause, NULL);
}

/* Clock ticks of all processors together that were not idle since boot: user nice system - - irq softirq steal. */
static unsigned long long BusyTicks(void) {
  unsigned long long ticks[kStatNumbers] = {0};
  FILE* file = fopen("/proc/stat", "r");
  if (file == NULL) return 0;
  if (fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &ticks[0], &ticks[1], &ticks[2], &ticks[3], &ticks[4],
             &ticks[5], &ticks[6], &ticks[7]) != kStatNumbers) {
    ticks[0] = 0;
  }
  fclose(file);
  return ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7];
}

static int WaitForQuiet(int limit_ms) {
  const double allowed = kBusyShare * kWindowMs / 1000.0 * sysconf(_SC_CLK_TCK) * sysconf(_SC_NPROCESSORS_ONLN);
  const long long end = Now() + limit_ms * 1000000ll;
  do {
    unsigned long long before = BusyTicks();
    Sleep(kWindowMs);
    if (BusyTicks() - before <= allowed) return 1;
  } while (Now() < end);
  return 0;
}

static void DropBpf(void) {
  for (size_t i = 0; i < sizeof kBpfCapabilities / sizeof *kBpfCapabilities; i++) {
    prctl(PR_CAPBSET_DROP, kBpfCapabilities[i]);
  }
}

static void Become(char* const* argv, const char* flags, int out) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (strchr(flags, 'b') != NULL) DropBpf();
  int null = open("/dev/null", O_RDWR);
  dup2(null, 0);
  dup2(out < 0 ? null : out, 1);
  execvp(argv[0], argv);
  perror(argv[0]);
  _exit(127);
}

/* The first line, and everything behind it taken away. */
static void ReadAnswer(int from, char* answer) {
  char rest[4096];
  size_t length = 0;
  ssize_t got;
  while (length < kAnswer - 1 && (got = read(from, answer + length, kAnswer - 1 - length)) > 0) length += (size_t)got;
  while (read(from, rest, sizeof rest) > 0) continue;
  answer[length] = '\0';
  answer[strcspn(answer, "\n")] = '\0';
}

static void Run(char* const* argv, const char* flags) {
  char answer[kAnswer] = "";
  int ends[2] = {-1, -1};
  if (strchr(flags, 'o') != NULL && pipe2(ends, O_CLOEXEC) != 0) exit(1);
  const long long start = Now();
  pid_t pid = fork();
  if (pid < 0) exit(1);
  if (pid == 0) Become(argv, flags, ends[1]);
  if (ends[1] >= 0) {
    close(ends[1]);
    ReadAnswer(ends[0], answer);
    close(ends[0]);
  }
  int status;
  struct rusage usage;
  if (wait4(pid, &status, 0, &usage) != pid) exit(1);
  const long long took = Now() - start;
  printf("%d %lld %ld %lld %lld %s\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), took,
         usage.ru_maxrss, usage.ru_utime.tv_sec * 1000000ll + usage.ru_utime.tv_usec,
         usage.ru_stime.tv_sec * 1000000ll + usage.ru_stime.tv_usec, answer);
}

int main(void) {
  static char line[kLine];
  while (fgets(line, sizeof line, stdin) != NULL) {
    char* words[kWords + 1];
    int count = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char* word = strtok(line, "\t"); word != NULL && count < kWords; word = strtok(NULL, "\t")) words[count++] = word;
    words[count] = NULL;
    if (count == 2 && strcmp(words[0], "quiet") == 0) {
      printf("%d\n", WaitForQuiet(atoi(words[1])));
    } else if (count >= 3 && strcmp(words[0], "run") == 0) {
      Run(words + 2, words[1]);
    } else {
      return 2;
    }
    fflush(stdout);
  }
  return 0;
}
