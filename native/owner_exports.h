#ifndef SOCKDIAG_OWNER_EXPORTS_H_
#define SOCKDIAG_OWNER_EXPORTS_H_

#include <napi.h>

#include <memory>

#include "owners/bpf_owners.h"
#include "worker.h"

namespace sockdiag {

// The exports that find the owners of sockets. Promises are of
//   {block, counters: {processes, unreadable, denied, vanished, threads, threadsUnchecked, retracted}, takenAt, source,
//    index?: {slotsOffset, slots, holdersOffset, holders}}
// where `block` has all columns of the table `owners`, `takenAt` is the moment the reading ended (clock ticks since
// boot: what processNames takes as notAfter), and `source` is proc_scan, fd_walk or task_file. `wanted`: only rows of
// these inodes; absent or empty = all.

// scanOwners({procRoot?, workers?, leadersOnly?, indexed?, pids?: Uint32Array, wanted?: Uint32Array,
//             stopWhenFound?, cgroups?: string[], uids?: Uint32Array})
Napi::Value ScanOwners(const Napi::CallbackInfo& info, std::shared_ptr<Environment> environment);

// iterateOwners({procRoot?, leadersOnly?, indexed?, wanted?: Uint32Array, stopWhenFound?, uids?: Uint32Array, taskFile?,
//                keep?}). keep: stay loaded for more, until unloadOwners().
Napi::Value IterateOwners(const Napi::CallbackInfo& info, std::shared_ptr<BpfOwners> owners);

// probeOwners({procRoot?}): {reason: string | null, entitled: boolean, openFiles: number}, at once. reason: why
// iterateOwners cannot work. openFiles: of the whole machine, 0 = unknown.
Napi::Value ProbeOwners(const Napi::CallbackInfo& info);

// processNames(pids: Uint32Array, {columns: Uint16Array, procRoot?, cmdlineLimit?, notAfter?}): promise of a Block with
// the columns of SOCKDIAG_PROCESSES_COLUMNS that were asked for.
Napi::Value ProcessNames(const Napi::CallbackInfo& info);

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNER_EXPORTS_H_
