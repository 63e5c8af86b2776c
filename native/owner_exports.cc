#include "owner_exports.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "arguments.h"
#include "owners/open_files.h"
#include "owners/proc_scan.h"
#include "owners/process_names.h"
#include "results.h"

namespace sockdiag {
namespace {

Napi::Object OptionsOf(const Napi::Value& value) {
  return value.IsObject() ? value.As<Napi::Object>() : Napi::Object::New(value.Env());
}

bool FlagProperty(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  return value.IsBoolean() && value.As<Napi::Boolean>().Value();
}

std::string RootProperty(const Napi::Object& object) {
  const Napi::Value value = object.Get("procRoot");
  return value.IsString() ? value.As<Napi::String>().Utf8Value() : "/proc";
}

std::vector<uint32_t> Numbers(const Napi::Value& value) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array) return {};
  const Napi::Uint32Array array = value.As<Napi::Uint32Array>();
  return {array.Data(), array.Data() + array.ElementLength()};
}

std::vector<std::string> Strings(const Napi::Value& value) {
  std::vector<std::string> strings;
  if (!value.IsArray()) return strings;
  const Napi::Array array = value.As<Napi::Array>();
  for (uint32_t at = 0; at < array.Length(); at++) {
    const Napi::Value element = array.Get(at);
    if (element.IsString()) strings.push_back(element.As<Napi::String>().Utf8Value());
  }
  return strings;
}

struct CounterName {
  const char* name;
  uint32_t OwnerCounters::*counter;
};

constexpr CounterName kCounters[] = {
    {"processes", &OwnerCounters::processes},
    {"unreadable", &OwnerCounters::unreadable},
    {"denied", &OwnerCounters::denied},
    {"vanished", &OwnerCounters::vanished},
    {"threads", &OwnerCounters::threads},
    {"threadsUnchecked", &OwnerCounters::threads_unchecked},
    {"retracted", &OwnerCounters::retracted},
};

Napi::Value FromOwners(Napi::Env env, OwnerRows* rows, uint64_t taken_at, const char* source) {
  Napi::Object counters = Napi::Object::New(env);
  for (const CounterName& entry : kCounters) counters.Set(entry.name, rows->counters.*entry.counter);
  Napi::Object object = Napi::Object::New(env);
  object.Set("counters", counters);
  object.Set("takenAt", static_cast<double>(taken_at));
  object.Set("source", source);
  if (rows->indexed) {
    Napi::Object index = Napi::Object::New(env);
    index.Set("slotsOffset", static_cast<double>(rows->slots_offset));
    index.Set("slots", static_cast<double>(rows->slots));
    index.Set("holdersOffset", static_cast<double>(rows->holders_offset));
    index.Set("holders", static_cast<double>(rows->holders));
    object.Set("index", index);
  }
  object.Set("block", FromBlock(env, rows->ToBlock()));
  return object;
}

// NB: the spans in `options` are set in Run, when the job no longer moves.
struct ScanJob {
  std::shared_ptr<Environment> environment;
  ScanOptions options;
  std::vector<uint32_t> pids, wanted, uids;
  std::vector<std::string> cgroups;
  OwnerRows rows = {};
  uint64_t taken_at = 0;

  Status Run() {
    options.pids = pids;
    options.wanted = wanted;
    options.uids = uids;
    options.cgroups = cgroups;
    options.abort = &environment->closing;
    Status status = ScanProc(options, &rows);
    taken_at = TicksSinceBoot();
    if (status.ok() && rows.indexed) rows.FillIndex();
    return status;
  }
  Napi::Value Value(Napi::Env env) { return FromOwners(env, &rows, taken_at, "proc_scan"); }
};

struct IterateJob {
  std::shared_ptr<BpfOwners> owners;
  IterateOptions options;
  std::vector<uint32_t> wanted, uids;
  bool keep;
  OwnerRows rows = {};
  uint64_t taken_at = 0;
  BpfSource source = BpfSource::kFdWalk;

  Status Run() {
    options.wanted = wanted;
    options.uids = uids;
    Status status = owners->Read(options, &rows, &source);
    taken_at = TicksSinceBoot();
    if (status.ok() && rows.indexed) rows.FillIndex();
    if (!keep) owners->Unload();
    return status;
  }
  Napi::Value Value(Napi::Env env) {
    return FromOwners(env, &rows, taken_at, source == BpfSource::kFdWalk ? "fd_walk" : "task_file");
  }
};

struct NamesJob {
  std::vector<uint32_t> pids;
  std::vector<uint16_t> columns;
  ProcessNamesOptions options;
  Block block = {};

  Status Run() {
    options.columns = columns;
    return ReadProcessNames(pids, options, &block);
  }
  Napi::Value Value(Napi::Env env) { return FromBlock(env, std::move(block)); }
};

bool UnpackColumns(const Napi::Value& value, std::vector<uint16_t>* out) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint16_array) return false;
  const Napi::Uint16Array ids = value.As<Napi::Uint16Array>();
  out->assign(ids.Data(), ids.Data() + ids.ElementLength());
  return std::all_of(out->begin(), out->end(), [](uint16_t id) { return id < ProcessesColumn::kCount; });
}

}  // namespace

Napi::Value ScanOwners(const Napi::CallbackInfo& info, std::shared_ptr<Environment> environment) {
  const Napi::Object object = OptionsOf(info[0]);
  ScanJob job{std::move(environment), {}, {}, {}, {}, {}};
  job.options.proc_root = RootProperty(object);
  job.options.workers = static_cast<uint32_t>(NumberProperty(object, "workers", 0));
  job.options.leaders_only = FlagProperty(object, "leadersOnly");
  job.options.stop_when_found = FlagProperty(object, "stopWhenFound");
  job.rows.indexed = FlagProperty(object, "indexed");
  job.pids = Numbers(object.Get("pids"));
  job.wanted = Numbers(object.Get("wanted"));
  job.uids = Numbers(object.Get("uids"));
  job.cgroups = Strings(object.Get("cgroups"));
  return PromiseWorker<ScanJob>::Start(info.Env(), std::move(job));
}

Napi::Value IterateOwners(const Napi::CallbackInfo& info, std::shared_ptr<BpfOwners> owners) {
  const Napi::Object object = OptionsOf(info[0]);
  IterateJob job{std::move(owners), {}, Numbers(object.Get("wanted")), Numbers(object.Get("uids")),
                 FlagProperty(object, "keep")};
  job.options.stop_when_found = FlagProperty(object, "stopWhenFound");
  job.options.proc_root = RootProperty(object);
  job.options.leaders_only = FlagProperty(object, "leadersOnly");
  job.options.task_file = FlagProperty(object, "taskFile");
  job.rows.indexed = FlagProperty(object, "indexed");
  return PromiseWorker<IterateJob>::Start(info.Env(), std::move(job));
}

Napi::Value ProbeOwners(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const std::string root = RootProperty(OptionsOf(info[0]));
  const BpfProbe probe = ProbeBpf(root);
  Napi::Object object = Napi::Object::New(env);
  object.Set("reason", probe.reason.empty() ? env.Null() : Napi::Value(Napi::String::New(env, probe.reason)));
  object.Set("entitled", probe.entitled);
  object.Set("openFiles", static_cast<double>(ReadOpenFiles(root)));
  return object;
}

Napi::Value ProcessNames(const Napi::CallbackInfo& info) {
  const bool typed = info[0].IsTypedArray() && info[0].As<Napi::TypedArray>().TypedArrayType() == napi_uint32_array;
  if (!typed) return Refuse(info.Env(), "pids must be a Uint32Array");
  const Napi::Object object = OptionsOf(info[1]);
  NamesJob job{Numbers(info[0]), {}, {}};
  if (!UnpackColumns(object.Get("columns"), &job.columns)) {
    return Refuse(info.Env(), "options.columns must hold column ids");
  }
  job.options.proc_root = RootProperty(object);
  job.options.cmdline_limit = static_cast<uint32_t>(NumberProperty(object, "cmdlineLimit", 511));
  job.options.not_after = static_cast<uint64_t>(NumberProperty(object, "notAfter", 0));
  return PromiseWorker<NamesJob>::Start(info.Env(), std::move(job));
}

}  // namespace sockdiag
