#include "arguments.h"

#include <algorithm>
#include <string>

namespace sockdiag {
namespace {

constexpr int64_t kChunkRowsMax = 1 << 20;

bool Truthy(const Napi::Object& object, const char* name) {
  const Napi::Value value = object.Get(name);
  return value.IsBoolean() && value.As<Napi::Boolean>().Value();
}

bool UnpackBytecode(const Napi::Object& object, DumpRequest* out) {
  const Napi::Value value = object.Get("bytecode");
  if (value.IsUndefined() || value.IsNull()) return true;
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) return false;
  const Napi::Uint8Array bytes = value.As<Napi::Uint8Array>();
  if (bytes.ElementLength() > kBytecodeMax) return false;
  out->bytecode.assign(bytes.Data(), bytes.Data() + bytes.ElementLength());
  return true;
}

bool UnpackAddress(const Napi::Value& value, uint8_t (&out)[16]) {
  if (value.IsUndefined()) return true;
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) return false;
  const Napi::Uint8Array bytes = value.As<Napi::Uint8Array>();
  if (bytes.ElementLength() > sizeof(out)) return false;
  std::copy_n(bytes.Data(), bytes.ElementLength(), out);
  return true;
}

bool UnpackSocketId(const Napi::Object& object, DumpRequest* out) {
  out->interface = static_cast<uint32_t>(NumberProperty(object, "interface", 0));
  const Napi::Value cookie = object.Get("cookie");
  bool lossless = false;
  if (cookie.IsBigInt()) out->cookie = cookie.As<Napi::BigInt>().Uint64Value(&lossless);
  return UnpackAddress(object.Get("localAddress"), out->local_address) &&
         UnpackAddress(object.Get("remoteAddress"), out->remote_address);
}

bool UnpackRequest(const Napi::Value& value, KindRequest* out) {
  if (!value.IsObject()) return false;
  const Napi::Object object = value.As<Napi::Object>();
  const Napi::Value kind = object.Get("kind");
  if (!kind.IsString()) return false;
  out->kind = FindDumpKind(kind.As<Napi::String>().Utf8Value());
  if (out->kind == nullptr) return false;
  DumpRequest& request = out->request;
  request.family = static_cast<uint8_t>(NumberProperty(object, "family", 0));
  request.protocol = static_cast<uint16_t>(NumberProperty(object, "protocol", 0));
  request.ext = static_cast<uint8_t>(NumberProperty(object, "ext", 0));
  request.show = static_cast<uint32_t>(NumberProperty(object, "show", 0));
  request.states = static_cast<uint32_t>(NumberProperty(object, "states", 0));
  request.source_port = static_cast<uint16_t>(NumberProperty(object, "sourcePort", 0));
  request.dest_port = static_cast<uint16_t>(NumberProperty(object, "destPort", 0));
  request.legacy = Truthy(object, "legacy");
  request.netid4 = static_cast<uint8_t>(NumberProperty(object, "netid4", 0));
  request.netid6 = static_cast<uint8_t>(NumberProperty(object, "netid6", 0));
  request.table = static_cast<uint32_t>(NumberProperty(object, "table", 0));
  return UnpackBytecode(object, &request) && UnpackSocketId(object, &request);
}

}  // namespace

Napi::Value Refuse(Napi::Env env, const char* message) {
  Napi::TypeError::New(env, message).ThrowAsJavaScriptException();
  return env.Undefined();
}

int64_t NumberProperty(const Napi::Object& object, const char* name, int64_t absent) {
  const Napi::Value value = object.Get(name);
  return value.IsNumber() ? value.As<Napi::Number>().Int64Value() : absent;
}

bool UnpackRequests(const Napi::Value& value, std::vector<KindRequest>* out) {
  const Napi::Env env = value.Env();
  Napi::Array array = Napi::Array::New(env);
  if (value.IsArray()) {
    array = value.As<Napi::Array>();
  } else {
    array.Set(uint32_t{0}, value);
  }
  for (uint32_t i = 0; i < array.Length(); i++) {
    KindRequest request{};
    if (!UnpackRequest(array.Get(i), &request)) {
      if (!env.IsExceptionPending()) Refuse(env, "request of unknown kind, or with a field of the wrong type");
      return false;
    }
    out->push_back(std::move(request));
  }
  return true;
}

bool UnpackOptions(const Napi::Value& value, SnapshotOptions* out) {
  const Napi::Env env = value.Env();
  const Napi::Object object = value.IsObject() ? value.As<Napi::Object>() : Napi::Object::New(env);
  const Napi::Value table = object.Get("table");
  const Napi::Value columns = object.Get("columns");
  out->table = table.IsString() ? FindTable(table.As<Napi::String>().Utf8Value()) : nullptr;
  const bool ids = columns.IsTypedArray() && columns.As<Napi::TypedArray>().TypedArrayType() == napi_uint16_array;
  if (out->table == nullptr || !ids) {
    Refuse(env, "options must name a table and its columns");
    return false;
  }
  const Napi::Uint16Array numbers = columns.As<Napi::Uint16Array>();
  out->columns.assign(numbers.Data(), numbers.Data() + numbers.ElementLength());
  for (const uint16_t id : out->columns) {
    if (id < out->table->columns.size()) continue;
    Refuse(env, "options.columns holds what is no column id");
    return false;
  }
  out->netns_fd = static_cast<int>(NumberProperty(object, "netnsFd", -1));
  out->record = Truthy(object, "record");
  return true;
}

bool UnpackStreamOptions(const Napi::Value& value, StreamOptions* out) {
  if (!UnpackOptions(value, &out->snapshot)) return false;
  const Napi::Object object = value.As<Napi::Object>();
  const int64_t rows = NumberProperty(object, "chunkRows", static_cast<int64_t>(out->chunk_rows));
  out->chunk_rows = static_cast<size_t>(std::clamp<int64_t>(rows, 1, kChunkRowsMax));
  out->reuse = Truthy(object, "reuse");
  return true;
}

bool UnpackDatagrams(const Napi::Value& value, std::vector<Datagram>* out) {
  const Napi::Env env = value.Env();
  if (!value.IsArray()) {
    Refuse(env, "datagrams must be an array");
    return false;
  }
  const Napi::Array array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); i++) {
    const Napi::Value element = array.Get(i);
    if (!element.IsTypedArray() || element.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array) {
      Refuse(env, "datagrams must hold Uint8Arrays");
      return false;
    }
    const Napi::Uint8Array bytes = element.As<Napi::Uint8Array>();
    out->emplace_back(bytes.Data(), bytes.ElementLength());
  }
  return true;
}

}  // namespace sockdiag
