// Reads owners again and again while processes open and close sockets, grow and copy descriptor tables, fork, exec and
// exit as fast as they can, and holds every row against what those processes say they did.
//
//   owners_churn ROUNDS [fd_walk | task_file | proc_scan]
//
// Every socket a churner opens is noted, by inode, with the process and descriptor: inode numbers are not used twice,
// so a row of a noted inode must show that process and that descriptor, whenever it is looked at. A row of a churner
// with an inode nobody noted is wrong too. A process that only waits holds sockets all the time: each round must show
// each of them once. Exit status 1 = something was wrong.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <iterator>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "owners/bpf_owners.h"
#include "owners/proc_scan.h"

namespace {

using sockdiag::OwnerRows;
using sockdiag::Status;

// NB: a note is overwritten after so many further inodes, which the sockets that are held all the time must not see.
constexpr uint32_t kNotes = 1u << 27;
constexpr uint32_t kSteady = 2000;
constexpr uint32_t kProcesses = 1u << 22;

// What a churner noted of a socket. `inode` is written last.
struct Note {
  uint32_t inode;
  uint32_t pid;
  uint32_t fd;
};

struct Ground {
  Note notes[kNotes];
  // By pid: is a churner.
  uint8_t churner[kProcesses];
  uint64_t opened;
};

Ground* ground;

void NoteSocket(int fd, uint32_t pid) {
  struct stat st;
  if (fd < 0 || fstat(fd, &st) != 0) return;
  const auto inode = static_cast<uint32_t>(st.st_ino);
  Note& note = ground->notes[inode % kNotes];
  note.pid = pid;
  note.fd = static_cast<uint32_t>(fd);
  __atomic_store_n(&note.inode, inode, __ATOMIC_RELEASE);
  __atomic_fetch_add(&ground->opened, 1, __ATOMIC_RELAXED);
}

uint32_t Enter() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // Sockets nobody noted: what the program was started with may be some.
  const int none = open("/dev/null", O_RDWR);
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) dup2(none, fd);
  if (none > STDERR_FILENO) close(none);
  const auto pid = static_cast<uint32_t>(getpid());
  __atomic_store_n(&ground->churner[pid % kProcesses], 1, __ATOMIC_RELEASE);
  return pid;
}

int Open() { return socket(AF_UNIX, SOCK_DGRAM, 0); }

// Opens and closes, always in the same few slots.
[[noreturn]] void ChurnSlots() {
  const uint32_t pid = Enter();
  int open[24];
  for (int& fd : open) fd = -1;
  for (unsigned at = 0;; at = (at * 5 + 1) % 24) {
    if (open[at] >= 0) close(open[at]);
    open[at] = Open();
    NoteSocket(open[at], pid);
  }
}

// Short-lived processes that grow their tables and die, or exec, with sockets open.
[[noreturn]] void ChurnProcesses() {
  Enter();
  for (unsigned round = 0;; round++) {
    const pid_t child = fork();
    if (child != 0) {
      // Until it is waited for, its number is not given to a stranger.
      siginfo_t ended;
      waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT);
      __atomic_store_n(&ground->churner[child % kProcesses], 0, __ATOMIC_RELEASE);
      waitpid(child, nullptr, 0);
      continue;
    }
    const uint32_t pid = Enter();
    for (int at = 0; at < 100; at++) NoteSocket(Open(), pid);
    if (round % 8 == 0) execl("/bin/true", "true", nullptr);
    _exit(0);
  }
}

void* OpenUnshared(void* pid) {
  if (unshare(CLONE_FILES) != 0) return nullptr;
  for (int at = 0; at < 40; at++) NoteSocket(Open(), *static_cast<uint32_t*>(pid));
  return nullptr;
}

// Threads that copy the table, fill their copy, and end.
[[noreturn]] void ChurnThreads() {
  uint32_t pid = Enter();
  for (int at = 0; at < 4; at++) NoteSocket(Open(), pid);
  for (;;) {
    pthread_t threads[2];
    for (pthread_t& thread : threads) pthread_create(&thread, nullptr, OpenUnshared, &pid);
    for (pthread_t& thread : threads) pthread_join(thread, nullptr);
  }
}

uint32_t steady_pid;

[[noreturn]] void HoldSteady(int ready) {
  const uint32_t pid = Enter();
  for (uint32_t at = 0; at < kSteady; at++) NoteSocket(Open(), pid);
  if (write(ready, "", 1) != 1) _exit(1);
  for (;;) pause();
}

pid_t Start(void (*body)()) {
  const pid_t child = fork();
  if (child == 0) body();
  return child;
}

struct Tally {
  uint64_t rows = 0, churned = 0, wrong = 0, unknown = 0, missed = 0, repeated = 0, retracted = 0;
};

bool Noted(uint32_t inode, Note* note) {
  // The churner may have been stopped between opening and noting.
  for (int wait = 0; wait < 2000; wait++) {
    Note& place = ground->notes[inode % kNotes];
    if (__atomic_load_n(&place.inode, __ATOMIC_ACQUIRE) == inode) {
      *note = place;
      return true;
    }
    const timespec pause{0, 1000000};
    nanosleep(&pause, nullptr);
  }
  return false;
}

void Check(const OwnerRows& rows, Tally* tally) {
  uint64_t steady = 0;
  for (size_t at = 0; at < rows.rows(); at++) {
    const uint32_t inode = rows.inode[at], pid = rows.pid[at];
    const bool churner = ground->churner[pid % kProcesses] != 0;
    Note note = ground->notes[inode % kNotes];
    tally->rows++;
    if (!churner && note.inode != inode) continue;
    tally->churned++;
    if (churner && note.inode != inode && !Noted(inode, &note)) {
      std::printf("unknown: inode %u pid %u tid %u fd %u\n", inode, pid, rows.tid[at], rows.fd[at]);
      tally->unknown++;
      continue;
    }
    if (note.pid != pid || note.fd != rows.fd[at]) {
      std::printf("wrong: inode %u is of pid %u fd %u, shown as pid %u tid %u fd %u\n", inode, note.pid, note.fd, pid,
                  rows.tid[at], rows.fd[at]);
      tally->wrong++;
    }
    steady += pid == steady_pid;
  }
  if (steady < kSteady) tally->missed += kSteady - steady;
  if (steady > kSteady) tally->repeated += steady - kSteady;
  tally->retracted += rows.counters.retracted;
}

Status ReadOnce(const char* source, sockdiag::BpfOwners* bpf, OwnerRows* rows) {
  if (std::strcmp(source, "proc_scan") == 0) return ScanProc({}, rows);
  sockdiag::IterateOptions options;
  options.task_file = std::strcmp(source, "task_file") == 0;
  sockdiag::BpfSource used;
  return bpf->Read(options, rows, &used);
}

void Report(const char* source, int rounds, const Tally& tally) {
  std::printf("%s: %d rounds, %" PRIu64 " sockets opened, %" PRIu64 " rows, %" PRIu64 " of churners: %" PRIu64
              " wrong, %" PRIu64 " unknown, %" PRIu64 " of the steady missed, %" PRIu64 " repeated, %" PRIu64
              " retracted\n",
              source, rounds, ground->opened, tally.rows, tally.churned, tally.wrong, tally.unknown, tally.missed,
              tally.repeated, tally.retracted);
}

bool Prepare() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  ground = static_cast<Ground*>(mmap(nullptr, sizeof(Ground), PROT_READ | PROT_WRITE,
                                     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
  return ground != MAP_FAILED;
}

// Returns when its sockets are there.
pid_t StartSteady() {
  int ready[2];
  if (pipe(ready) != 0) return -1;
  const pid_t child = fork();
  if (child == 0) HoldSteady(ready[1]);
  steady_pid = static_cast<uint32_t>(child);
  close(ready[1]);
  char byte;
  const bool made = read(ready[0], &byte, 1) == 1;
  close(ready[0]);
  return made ? child : -1;
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 100;
  const char* const source = argc > 2 ? argv[2] : "fd_walk";
  if (!Prepare()) return 2;
  constexpr void (*kBodies[])() = {ChurnSlots, ChurnSlots, ChurnSlots, ChurnProcesses, ChurnThreads};
  pid_t children[1 + std::size(kBodies)] = {StartSteady()};
  if (children[0] < 0) return 2;
  for (size_t at = 0; at < std::size(kBodies); at++) children[at + 1] = Start(kBodies[at]);
  Tally tally;
  sockdiag::BpfOwners bpf;
  int done = 0;
  for (; done < rounds; done++) {
    OwnerRows rows;
    const Status status = ReadOnce(source, &bpf, &rows);
    if (!status.ok()) {
      std::printf("%s: %s %s\n", status.op, std::strerror(status.err), status.detail.c_str());
      break;
    }
    Check(rows, &tally);
  }
  for (pid_t child : children) kill(child, SIGKILL);
  for (pid_t child : children) waitpid(child, nullptr, 0);
  Report(source, done, tally);
  return done != rounds || tally.wrong + tally.unknown + tally.missed + tally.repeated != 0 ? 1 : 0;
}
