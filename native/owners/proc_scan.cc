#include "owners/proc_scan.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <new>
#include <pthread.h>
#include <sched.h>
#include <signal.h>

#include "owners/candidates.h"
#include "file_descriptor.h"
#include "owners/open_files.h"
#include "owners/process_scanner.h"

namespace sockdiag {
namespace {

constexpr uint32_t kMaxWorkers = 64;
constexpr uint32_t kMaxDefaultWorkers = 4;
// Below so many files a second thread costs more than it saves.
constexpr uint64_t kFilesPerWorker = 4096;
constexpr size_t kWorkerStack = 256 * 1024;

// Where the rows of one process are: which worker read it, and which slice of its rows.
struct Slice {
  uint32_t worker;
  uint32_t rows;
  size_t first;
};

struct Scan {
  ScanGround ground;
  Candidates candidates;
  // One per candidate; written by whoever scans it.
  GrowingArray<Slice> slices;
  // Set by the worker that fails first: the others then stop.
  std::atomic<bool> failed{false};
};

struct Worker {
  Worker(Scan* owner, uint32_t number) : scan(owner), id(number), scanner(&owner->ground) {}
  Scan* scan;
  uint32_t id;
  ProcessScanner scanner;
  Status status;
  pthread_t thread{};
};

void Run(Worker* worker) {
  Scan* const scan = worker->scan;
  if (!worker->scanner.Prepare()) worker->status = Failure("getdents64", ENOMEM);
  while (worker->status.ok() && !scan->ground.Stop() && !scan->failed.load(std::memory_order_relaxed)) {
    const size_t index = scan->candidates.Next();
    if (index == scan->candidates.size()) return;
    const size_t first = worker->scanner.rows().size();
    worker->status = worker->scanner.Scan(scan->candidates.pid(index));
    scan->slices[index] = {worker->id, static_cast<uint32_t>(worker->scanner.rows().size() - first), first};
  }
  if (!worker->status.ok()) scan->failed.store(true, std::memory_order_relaxed);
}

void* RunThread(void* worker) {
  Run(static_cast<Worker*>(worker));
  return nullptr;
}

uint32_t AvailableCpus() {
  cpu_set_t cpus;
  return sched_getaffinity(0, sizeof(cpus), &cpus) == 0 ? static_cast<uint32_t>(CPU_COUNT(&cpus)) : 1;
}

uint32_t ChooseWorkers(const ScanOptions& options, size_t processes) {
  uint64_t workers = options.workers;
  if (workers == 0) {
    workers = std::min<uint64_t>(std::min(AvailableCpus(), kMaxDefaultWorkers),
                                 1 + ReadOpenFiles(options.proc_root) / kFilesPerWorker);
  }
  return static_cast<uint32_t>(std::clamp<uint64_t>(std::min<uint64_t>(workers, processes), 1, kMaxWorkers));
}

// Runs the first worker on the calling thread and each other one on a thread of its own, which takes no signals: those
// belong to the program around this library. A thread that cannot be had is done without.
void RunAll(std::span<const std::unique_ptr<Worker>> workers) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kWorkerStack);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  size_t started = 1;
  while (started < workers.size()) {
    Worker* const worker = workers[started].get();
    if (pthread_create(&worker->thread, &attributes, RunThread, worker) != 0) break;
    started++;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  Run(workers[0].get());
  for (size_t at = 1; at < started; at++) pthread_join(workers[at]->thread, nullptr);
}

void Add(const OwnerCounters& from, OwnerCounters* to) {
  to->processes += from.processes;
  to->unreadable += from.unreadable;
  to->denied += from.denied;
  to->vanished += from.vanished;
  to->threads += from.threads;
  to->threads_unchecked += from.threads_unchecked;
}

// Puts the workers' rows into columns, in the order of the processes.
Status Merge(const Scan& scan, std::span<const std::unique_ptr<Worker>> workers, OwnerRows* out) {
  size_t rows = 0;
  for (const auto& worker : workers) {
    if (!worker->status.ok()) return worker->status;
    rows += worker->scanner.rows().size();
    Add(worker->scanner.counters(), &out->counters);
  }
  if (!out->Allocate(rows)) return Failure("mmap", ENOMEM);
  size_t at = 0;
  for (const Slice& slice : scan.slices) {
    const GrowingArray<OwnerRow>& source = workers[slice.worker]->scanner.rows();
    for (uint32_t row = 0; row < slice.rows; row++) out->Set(at++, source[slice.first + row]);
  }
  return {};
}

Status Prepare(const ScanOptions& options, FileDescriptor* proc, Scan* scan) {
  proc->Reset(open(options.proc_root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!proc->valid()) return Failure("open", errno, options.proc_root);
  scan->ground.proc = proc->get();
  scan->ground.leaders_only = options.leaders_only;
  scan->ground.kcmp = !options.leaders_only && KcmpSpeaksFor(proc->get());
  scan->ground.stop_when_found = options.stop_when_found;
  scan->ground.abort = options.abort;
  if (!options.wanted.empty() && !scan->ground.wanted.Fill(options.wanted)) return Failure("calloc", ENOMEM);
  Status status = scan->candidates.Collect(proc->get(), options.pids, options.cgroups, options.uids);
  if (!status.ok()) return status;
  if (!scan->slices.Resize(scan->candidates.size())) return Failure("realloc", ENOMEM);
  std::fill(scan->slices.begin(), scan->slices.end(), Slice{});
  return {};
}

}  // namespace

Status ScanProc(const ScanOptions& options, OwnerRows* out) {
  FileDescriptor proc;
  Scan scan;
  Status status = Prepare(options, &proc, &scan);
  if (!status.ok()) return status;
  const uint32_t count = ChooseWorkers(options, scan.candidates.size());
  std::unique_ptr<Worker> workers[kMaxWorkers];
  for (uint32_t at = 0; at < count; at++) {
    workers[at].reset(new (std::nothrow) Worker(&scan, at));
    if (!workers[at]) return Failure("malloc", ENOMEM);
  }
  const std::span<const std::unique_ptr<Worker>> span(workers, count);
  RunAll(span);
  if (options.abort != nullptr && options.abort->load()) return Failure("scan", ECANCELED);
  return Merge(scan, span, out);
}

}  // namespace sockdiag
