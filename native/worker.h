#ifndef SOCKDIAG_WORKER_H_
#define SOCKDIAG_WORKER_H_

#include <napi.h>

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "results.h"
#include "status.h"
#include "stream.h"

namespace sockdiag {

// Lifetimes. `Environment` belongs to one JavaScript environment (main thread or worker thread) and is shared with the
// work it started: whatever runs on another thread holds a reference, so it may outlive the environment.
//
// An environment that ends (worker.terminate(), process.exit()) waits for work that is running on the pool and then
// completes it with JavaScript switched off: values cannot be made, the promise is never settled, memory is freed by
// the destructors. `closing` shortens that wait; it is set by a clean-up hook and looked at between datagrams.
//
// A stream's own thread knows nothing of JavaScript; the same hook ends and joins it. NB: `streams` is used on the
// JavaScript thread only.
struct Environment {
  std::atomic<bool> closing{false};
  std::vector<std::weak_ptr<Stream>> streams;

  void Close() {
    closing.store(true);
    for (const std::weak_ptr<Stream>& weak : streams) {
      if (const std::shared_ptr<Stream> stream = weak.lock()) stream->Close();
    }
  }
  void Add(const std::shared_ptr<Stream>& stream) {
    std::erase_if(streams, [](const std::weak_ptr<Stream>& weak) { return weak.expired(); });
    streams.push_back(stream);
  }
};

// Runs a Job on the thread pool and settles a promise with what it made. Job: `Status Run()` off the JavaScript thread,
// then `Napi::Value Value(Napi::Env)` on it. The only place where a Status becomes a rejection.
template <typename Job>
class PromiseWorker : public Napi::AsyncWorker {
 public:
  static Napi::Value Start(Napi::Env env, Job job) {
    // NB: Napi::Promise::Deferred hands out an uninitialised promise when the environment is being torn down.
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    if (napi_create_promise(env, &deferred, &promise) != napi_ok) return {};
    auto* worker = new PromiseWorker(env, deferred, std::move(job));
    worker->Queue();
    return {env, promise};
  }

 protected:
  void Execute() override { status_ = job_.Run(); }

  // Calls that fail here fail because nobody is left to see it.
  void OnOK() override {
    const Napi::Env env = Env();
    napi_value value = status_.ok() ? static_cast<napi_value>(job_.Value(env)) : ErrorOf(env, status_).Value();
    bool failed = !status_.ok();
    bool thrown = false;
    if (napi_is_exception_pending(env, &thrown) == napi_ok && thrown) {
      failed = true;
      napi_get_and_clear_last_exception(env, &value);
    }
    if (value == nullptr) return;
    if (failed) {
      napi_reject_deferred(env, deferred_, value);
    } else {
      napi_resolve_deferred(env, deferred_, value);
    }
  }

 private:
  PromiseWorker(Napi::Env env, napi_deferred deferred, Job job)
      : Napi::AsyncWorker(env, "sockdiag"), deferred_(deferred), job_(std::move(job)) {}

  napi_deferred deferred_;
  Job job_;
  Status status_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_WORKER_H_
