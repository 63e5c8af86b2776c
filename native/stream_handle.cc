#include "stream_handle.h"

#include <utility>

#include "results.h"
#include "worker.h"

namespace sockdiag {
namespace {

// The memory lives as long as anything in JavaScript can see it.
void ReleaseStream(napi_env, void*, void* hint) { delete static_cast<std::shared_ptr<Stream>*>(hint); }

// Waits on the pool; the handle is kept alive by the reference.
struct NextJob {
  std::shared_ptr<Stream> stream;
  StreamHandle* handle;
  Napi::ObjectReference keep;
  Block block = {};
  bool found = false;

  Status Run() {
    found = stream->Next(&block);
    return {};
  }
  Napi::Value Value(Napi::Env env) { return found ? handle->ChunkValue(env, std::move(block)) : env.Null(); }
};

}  // namespace

Napi::FunctionReference StreamHandle::Define(Napi::Env env) {
  return Napi::Persistent(DefineClass(env, "Stream",
                                      {
                                          InstanceMethod("next", &StreamHandle::Next),
                                          InstanceMethod("nextAsync", &StreamHandle::NextAsync),
                                          InstanceMethod("outcomes", &StreamHandle::Outcomes),
                                          InstanceMethod("askedAhead", &StreamHandle::AskedAhead),
                                          InstanceMethod("close", &StreamHandle::Close),
                                      }));
}

Napi::Value StreamHandle::New(const Napi::FunctionReference& constructor, std::shared_ptr<Stream> stream) {
  const Napi::Env env = constructor.Env();
  return constructor.New({Napi::External<std::shared_ptr<Stream>>::New(env, &stream)});
}

// NB: the argument is only valid during New(), the one caller; the class is not exported.
StreamHandle::StreamHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<StreamHandle>(info) {
  if (!info[0].IsExternal()) {
    Napi::TypeError::New(info.Env(), "streams are made by open()").ThrowAsJavaScriptException();
    return;
  }
  stream_ = *info[0].As<Napi::External<std::shared_ptr<Stream>>>().Data();
}

StreamHandle::~StreamHandle() {
  if (stream_ != nullptr) stream_->Close();
}

Napi::Value StreamHandle::LentBuffer(Napi::Env env) {
  if (!lent_.IsEmpty()) return lent_.Value();
  const Memory& lent = stream_->lent();
  auto* owner = new std::shared_ptr<Stream>(stream_);
  napi_value buffer;
  if (napi_create_external_arraybuffer(env, lent.data(), lent.size(), ReleaseStream, owner, &buffer) != napi_ok) {
    delete owner;
    lent_refused_ = true;
    return Napi::Value();
  }
  const Napi::Value value(env, buffer);
  lent_ = Napi::Reference<Napi::Value>::New(value, 1);
  return value;
}

Napi::Value StreamHandle::ChunkValue(Napi::Env env, Block block) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("outcomes", FromOutcomes(env, stream_->outcomes()));
  Napi::Value lent;
  if (block.memory.borrowed() && !lent_refused_) lent = LentBuffer(env);
  if (lent.IsEmpty()) {
    object.Set("block", FromBlock(env, std::move(block)));
  } else {
    const size_t base = static_cast<size_t>(block.memory.data() - stream_->lent().data());
    object.Set("block", FromBlockIn(env, block, lent, base));
  }
  return object;
}

Napi::Value StreamHandle::Next(const Napi::CallbackInfo& info) {
  Block block;
  if (!stream_->Next(&block)) return info.Env().Null();
  return ChunkValue(info.Env(), std::move(block));
}

Napi::Value StreamHandle::NextAsync(const Napi::CallbackInfo& info) {
  return PromiseWorker<NextJob>::Start(info.Env(), {stream_, this, Napi::Persistent(info.This().As<Napi::Object>())});
}

Napi::Value StreamHandle::Outcomes(const Napi::CallbackInfo& info) {
  return FromOutcomes(info.Env(), stream_->outcomes());
}

Napi::Value StreamHandle::AskedAhead(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), stream_->asked_ahead());
}

Napi::Value StreamHandle::Close(const Napi::CallbackInfo& info) {
  stream_->Close();
  return info.Env().Undefined();
}

}  // namespace sockdiag
