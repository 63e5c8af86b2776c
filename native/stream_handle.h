#ifndef SOCKDIAG_STREAM_HANDLE_H_
#define SOCKDIAG_STREAM_HANDLE_H_

#include <napi.h>

#include <memory>

#include "stream.h"

namespace sockdiag {

// A Stream in JavaScript: next(), nextAsync(), outcomes(), close(). Collecting the handle closes the stream.
class StreamHandle : public Napi::ObjectWrap<StreamHandle> {
 public:
  static Napi::FunctionReference Define(Napi::Env env);
  static Napi::Value New(const Napi::FunctionReference& constructor, std::shared_ptr<Stream> stream);

  explicit StreamHandle(const Napi::CallbackInfo& info);
  ~StreamHandle() override;

  // {block, outcomes}
  Napi::Value ChunkValue(Napi::Env env, Block block);

 private:
  Napi::Value Next(const Napi::CallbackInfo& info);
  Napi::Value NextAsync(const Napi::CallbackInfo& info);
  Napi::Value Outcomes(const Napi::CallbackInfo& info);
  Napi::Value AskedAhead(const Napi::CallbackInfo& info);
  Napi::Value Close(const Napi::CallbackInfo& info);
  Napi::Value LentBuffer(Napi::Env env);

  std::shared_ptr<Stream> stream_;
  // Where reused blocks lie, as one ArrayBuffer, made once: two ArrayBuffers must not share memory.
  Napi::Reference<Napi::Value> lent_;
  bool lent_refused_ = false;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_STREAM_HANDLE_H_
