#include <napi.h>
#include <unistd.h>

#include <memory>
#include <utility>
#include <vector>

#include "arguments.h"
#include "names/nss.h"
#include "owner_exports.h"
#include "results.h"
#include "snapshot.h"
#include "stream.h"
#include "stream_handle.h"
#include "worker.h"

namespace sockdiag {
namespace {

using TakeFunction = Snapshot (*)(const std::vector<KindRequest>&, const SnapshotOptions&);

struct SnapshotJob {
  TakeFunction take;
  std::shared_ptr<Environment> environment;
  std::vector<KindRequest> requests;
  SnapshotOptions options;
  Snapshot snapshot = {};

  Status Run() {
    options.abort = &environment->closing;
    snapshot = take(requests, options);
    return snapshot.status;
  }
  Napi::Value Value(Napi::Env env) { return FromSnapshot(env, std::move(snapshot)); }
};

struct UsersJob {
  std::vector<uint32_t> uids;
  std::vector<Name> names = {};

  Status Run() {
    for (uint32_t uid : uids) names.push_back(UserName(uid));
    return {};
  }
  Napi::Value Value(Napi::Env env) { return FromNames(env, names); }
};

struct HostsJob {
  int family;
  std::vector<uint8_t> addresses;
  HostLookup lookup;
  std::vector<Name> names = {};

  Status Run() {
    const size_t size = family == AF_INET6 ? sizeof(in6_addr) : sizeof(in_addr);
    const std::span<const uint8_t> bytes(addresses);
    for (size_t at = 0; at + size <= bytes.size(); at += size) {
      names.push_back(HostName(family, bytes.subspan(at, size), lookup));
    }
    return {};
  }
  Napi::Value Value(Napi::Env env) { return FromNames(env, names); }
};

struct ServicesJob {
  Services services = {};

  Status Run() {
    services = ReadServices();
    return {};
  }
  Napi::Value Value(Napi::Env env) { return FromServices(env, services); }
};

struct HostLookupName {
  const char* name;
  HostLookup lookup;
};

constexpr HostLookupName kHostLookups[] = {
    {"addr", HostLookup::kAddress}, {"nameinfo", HostLookup::kNameInfo}, {"net", HostLookup::kNetwork}};

Napi::Value Finish(Napi::Env env, Snapshot snapshot) {
  if (snapshot.status.ok()) return FromSnapshot(env, std::move(snapshot));
  ErrorOf(env, snapshot.status).ThrowAsJavaScriptException();
  return env.Undefined();
}

}  // namespace

// Exports only: unpack, queue, hand back.
class Addon : public Napi::Addon<Addon> {
 public:
  Addon(Napi::Env env, Napi::Object exports) {
    DefineAddon(exports, {
                             InstanceMethod("schema", &Addon::Schema),
                             InstanceMethod("dump", &Addon::Dump),
                             InstanceMethod("dumpSync", &Addon::DumpSync),
                             InstanceMethod("get", &Addon::Get),
                             InstanceMethod("getSync", &Addon::GetSync),
                             InstanceMethod("open", &Addon::Open),
                             InstanceMethod("askAhead", &Addon::AskAhead),
                             InstanceMethod("exit", &Addon::Exit),
                             InstanceMethod("decode", &Addon::Decode),
                             InstanceMethod("users", &Addon::Users),
                             InstanceMethod("hosts", &Addon::Hosts),
                             InstanceMethod("services", &Addon::ServiceNames),
                             InstanceMethod("scanOwners", &Addon::ScanOwners),
                             InstanceMethod("iterateOwners", &Addon::IterateOwners),
                             InstanceMethod("unloadOwners", &Addon::UnloadOwners),
                             InstanceMethod("probeOwners", &Addon::ProbeOwners),
                             InstanceMethod("processNames", &Addon::ProcessNames),
                         });
    env.AddCleanupHook([environment = environment_] { environment->Close(); });
    stream_handle_ = StreamHandle::Define(env);
  }

 private:
  Napi::Value Schema(const Napi::CallbackInfo& info) {
    return FromSchema(info.Env(), info[0].ToString().Utf8Value());
  }

  Napi::Value Dump(const Napi::CallbackInfo& info) { return Start(info, TakeSnapshot); }
  Napi::Value DumpSync(const Napi::CallbackInfo& info) { return Run(info, TakeSnapshot); }
  Napi::Value Get(const Napi::CallbackInfo& info) { return Start(info, static_cast<TakeFunction>(GetSnapshot)); }
  Napi::Value GetSync(const Napi::CallbackInfo& info) {
    return Run(info, [this](const std::vector<KindRequest>& requests, const SnapshotOptions& options) {
      return options.netns_fd < 0 ? GetSnapshot(requests, options, &own_) : GetSnapshot(requests, options);
    });
  }

  Napi::Value Start(const Napi::CallbackInfo& info, TakeFunction take) {
    SnapshotJob job{take, environment_, {}, {}};
    if (!UnpackRequests(info[0], &job.requests) || !UnpackOptions(info[1], &job.options)) return {};
    return PromiseWorker<SnapshotJob>::Start(info.Env(), std::move(job));
  }

  template <typename Take>
  Napi::Value Run(const Napi::CallbackInfo& info, Take take) {
    std::vector<KindRequest> requests;
    SnapshotOptions options;
    if (!UnpackRequests(info[0], &requests) || !UnpackOptions(info[1], &options)) return {};
    return Finish(info.Env(), take(requests, options));
  }

  Napi::Value Open(const Napi::CallbackInfo& info) {
    std::vector<KindRequest> requests;
    StreamOptions options;
    if (!UnpackRequests(info[0], &requests) || !UnpackStreamOptions(info[1], &options)) return {};
    auto stream = std::make_shared<Stream>(std::move(requests), options, std::move(asked_));
    const Status status = stream->Start();
    if (!status.ok()) {
      ErrorOf(info.Env(), status).ThrowAsJavaScriptException();
      return {};
    }
    environment_->Add(stream);
    return StreamHandle::New(stream_handle_, std::move(stream));
  }

  Napi::Value AskAhead(const Napi::CallbackInfo& info) {
    std::vector<KindRequest> requests;
    if (!UnpackRequests(info[0], &requests) || requests.size() != 1) return {};
    asked_ = Asked::For(requests[0]);
    return info.Env().Undefined();
  }

  // Without the farewells of the runtime and of the C library, which take as long as a small dump.
  Napi::Value Exit(const Napi::CallbackInfo& info) { _exit(info[0].ToNumber().Int32Value()); }

  Napi::Value Decode(const Napi::CallbackInfo& info) {
    std::vector<KindRequest> requests;
    SnapshotOptions options;
    std::vector<Datagram> datagrams;
    if (!UnpackRequests(info[0], &requests) || !UnpackOptions(info[1], &options) ||
        !UnpackDatagrams(info[2], &datagrams)) {
      return {};
    }
    return Finish(info.Env(), ReplaySnapshot(requests, options, std::move(datagrams)));
  }

  Napi::Value Users(const Napi::CallbackInfo& info) {
    const bool typed = info[0].IsTypedArray() && info[0].As<Napi::TypedArray>().TypedArrayType() == napi_uint32_array;
    if (!typed) return Refuse(info.Env(), "uids must be a Uint32Array");
    const Napi::Uint32Array uids = info[0].As<Napi::Uint32Array>();
    return PromiseWorker<UsersJob>::Start(info.Env(), {{uids.Data(), uids.Data() + uids.ElementLength()}});
  }

  Napi::Value Hosts(const Napi::CallbackInfo& info) {
    const bool typed = info[1].IsTypedArray() && info[1].As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
    if (!info[0].IsNumber() || !typed || !info[2].IsString()) {
      return Refuse(info.Env(), "hosts(family, addresses, mode)");
    }
    const Napi::Uint8Array addresses = info[1].As<Napi::Uint8Array>();
    const std::string mode = info[2].As<Napi::String>().Utf8Value();
    for (const HostLookupName& entry : kHostLookups) {
      if (mode != entry.name) continue;
      return PromiseWorker<HostsJob>::Start(info.Env(),
                                            {info[0].As<Napi::Number>().Int32Value(),
                                             {addresses.Data(), addresses.Data() + addresses.ElementLength()},
                                             entry.lookup});
    }
    return Refuse(info.Env(), "mode must be addr, nameinfo or net");
  }

  Napi::Value ServiceNames(const Napi::CallbackInfo& info) {
    return PromiseWorker<ServicesJob>::Start(info.Env(), {});
  }

  Napi::Value ScanOwners(const Napi::CallbackInfo& info) { return sockdiag::ScanOwners(info, environment_); }
  Napi::Value IterateOwners(const Napi::CallbackInfo& info) { return sockdiag::IterateOwners(info, bpf_owners_); }
  void UnloadOwners(const Napi::CallbackInfo&) { bpf_owners_->Unload(); }
  Napi::Value ProbeOwners(const Napi::CallbackInfo& info) { return sockdiag::ProbeOwners(info); }
  Napi::Value ProcessNames(const Napi::CallbackInfo& info) { return sockdiag::ProcessNames(info); }

  Napi::FunctionReference stream_handle_;
  // For the next stream.
  std::unique_ptr<Asked> asked_;
  // To the namespace of the JavaScript thread, which stays where it is.
  Connection own_{-1};
  std::shared_ptr<Environment> environment_ = std::make_shared<Environment>();
  std::shared_ptr<BpfOwners> bpf_owners_ = std::make_shared<BpfOwners>();
};

}  // namespace sockdiag

using SockdiagAddon = sockdiag::Addon;
NODE_API_ADDON(SockdiagAddon)
