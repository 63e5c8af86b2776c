// Reads the owners of the machine's sockets by every source in turn, ROUNDS times, and prints the median milliseconds
// of each. Fails when two sources differ in the rows each had in all its rounds; run it on a machine that is otherwise
// quiet, beside owners_population.
//
//   owners_compare [ROUNDS]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>
#include <time.h>
#include <tuple>
#include <vector>

#include "owners/bpf_owners.h"
#include "owners/open_files.h"
#include "owners/proc_scan.h"

namespace {

using sockdiag::OwnerRows;
using sockdiag::Status;
using Row = std::tuple<uint32_t, uint32_t, uint32_t, uint32_t, uint8_t>;

double Milliseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e3 + static_cast<double>(now.tv_nsec) / 1e6;
}

struct Source {
  const char* name;
  Status (*read)(sockdiag::BpfOwners* kept, OwnerRows* out);
  std::vector<double> times = {};
  std::set<Row> rows = {};
  bool ordered = true;
};

Status Scan(uint32_t workers, OwnerRows* out) {
  sockdiag::ScanOptions options;
  options.workers = workers;
  return ScanProc(options, out);
}

Status Iterate(sockdiag::BpfOwners* owners, bool task_file, OwnerRows* out) {
  sockdiag::IterateOptions options;
  options.task_file = task_file;
  sockdiag::BpfSource used;
  return owners->Read(options, out, &used);
}

Source sources[] = {
    {"proc_scan, 1 thread", [](sockdiag::BpfOwners*, OwnerRows* out) { return Scan(1, out); }},
    {"proc_scan, 2 threads", [](sockdiag::BpfOwners*, OwnerRows* out) { return Scan(2, out); }},
    {"task_file, load and run",
     [](sockdiag::BpfOwners*, OwnerRows* out) {
       sockdiag::BpfOwners fresh;
       return Iterate(&fresh, true, out);
     }},
    {"fd_walk, load and run",
     [](sockdiag::BpfOwners*, OwnerRows* out) {
       sockdiag::BpfOwners fresh;
       return Iterate(&fresh, false, out);
     }},
    {"fd_walk, loaded", [](sockdiag::BpfOwners* kept, OwnerRows* out) { return Iterate(kept, false, out); }},
};

Row RowAt(const OwnerRows& rows, size_t at) {
  return {rows.pid[at], rows.tid[at], rows.fd[at], rows.inode[at], rows.leader[at]};
}

bool Ordered(const OwnerRows& rows) {
  for (size_t at = 1; at < rows.rows(); at++) {
    if (rows.pid[at - 1] > rows.pid[at]) return false;
    if (rows.pid[at - 1] == rows.pid[at] && rows.leader[at - 1] < rows.leader[at]) return false;
  }
  return true;
}

// Rows every reading of the source had.
void Keep(const OwnerRows& rows, bool first, Source* source) {
  std::set<Row> now;
  for (size_t at = 0; at < rows.rows(); at++) now.insert(RowAt(rows, at));
  source->ordered = source->ordered && Ordered(rows) && now.size() == rows.rows();
  if (first) source->rows.swap(now);
  else std::erase_if(source->rows, [&](const Row& row) { return !now.contains(row); });
}

}  // namespace

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 7;
  sockdiag::BpfOwners kept;
  for (int round = 0; round <= rounds; round++) {
    for (Source& source : sources) {
      OwnerRows rows;
      const double from = Milliseconds();
      const Status status = source.read(&kept, &rows);
      const double to = Milliseconds();
      if (!status.ok()) {
        std::printf("%s: %s: %s %s\n", source.name, status.op, std::strerror(status.err), status.detail.c_str());
        return 1;
      }
      // The first round only warms up.
      if (round != 0) source.times.push_back(to - from);
      Keep(rows, round == 0, &source);
    }
  }
  int result = 0;
  std::printf("%llu open files\n", static_cast<unsigned long long>(sockdiag::ReadOpenFiles("/proc")));
  for (Source& source : sources) {
    std::sort(source.times.begin(), source.times.end());
    const bool same = source.rows == sources[0].rows;
    std::printf("%-24s %8.2f ms  %zu rows, %s, %s\n", source.name, source.times[source.times.size() / 2],
                source.rows.size(), same ? "same" : "DIFFERENT", source.ordered ? "in order" : "NOT IN ORDER");
    if (!same || !source.ordered) result = 1;
  }
  return result;
}
