#include "results.h"

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "errno_name.h"
#include "owners/owner_rows.h"
#include "owners/process_names.h"

namespace sockdiag {
namespace {

void FreeMemory(napi_env, void*, void* hint) { delete static_cast<Memory*>(hint); }

// Less is copied sooner than handed over.
constexpr size_t kHandOverFrom = 16 * 1024;

// The memory as an ArrayBuffer, without a copy where the runtime allows it: the ArrayBuffer owns it from then on, and
// frees it when it is collected or the environment ends. Borrowed memory is always copied.
Napi::Value FromMemory(Napi::Env env, Memory memory) {
  const bool copied = memory.borrowed() || memory.size() < kHandOverFrom;
  Memory* owned = new Memory(std::move(memory));
  napi_value buffer;
  if (!copied &&
      napi_create_external_arraybuffer(env, owned->data(), owned->size(), FreeMemory, owned, &buffer) == napi_ok) {
    return Napi::Value(env, buffer);
  }
  Napi::ArrayBuffer copy = Napi::ArrayBuffer::New(env, owned->size());
  if (!copy.IsEmpty() && copy.Data() != nullptr) memcpy(copy.Data(), owned->data(), owned->size());
  delete owned;
  return copy;
}

// Offsets count from `base`; -1 stays -1.
double Place(ptrdiff_t offset, size_t base) { return offset < 0 ? -1 : static_cast<double>(base) + offset; }

// Five numbers for each column, in the order of BlockColumn in src/addon.ts: an object for each would cost more than a small dump.
Napi::Value FromColumns(Napi::Env env, const std::vector<BlockColumn>& columns, size_t base) {
  constexpr size_t kFields = 5;
  Napi::Float64Array fields = Napi::Float64Array::New(env, columns.size() * kFields);
  if (fields.IsEmpty()) return env.Undefined();
  double* field = fields.Data();
  for (const BlockColumn& column : columns) {
    *field++ = static_cast<double>(column.id);
    *field++ = Place(static_cast<ptrdiff_t>(column.offset), base);
    *field++ = Place(column.valid, base);
    *field++ = Place(column.heap, base);
    *field++ = static_cast<double>(column.heap_length);
  }
  return fields;
}

// A string, or its bytes when it is more than ASCII: names of devices need not be UTF-8.
Napi::Value FromText(Napi::Env env, std::span<const uint8_t> text) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](uint8_t byte) { return byte < 0x80; });
  if (ascii) return Napi::String::New(env, reinterpret_cast<const char*>(text.data()), text.size());
  Napi::Uint8Array bytes = Napi::Uint8Array::New(env, text.size());
  if (!bytes.IsEmpty() && bytes.Data() != nullptr) memcpy(bytes.Data(), text.data(), text.size());
  return bytes;
}

Napi::Value FromDictionary(Napi::Env env, const ByteList& texts) {
  Napi::Array array = Napi::Array::New(env, texts.size());
  for (uint32_t i = 0; i < texts.size(); i++) array.Set(i, FromText(env, texts[i]));
  return array;
}

Napi::Value FromOutcome(Napi::Env env, const RequestOutcome& outcome) {
  const DumpOutcome& dump = outcome.dump;
  Napi::Object object = Napi::Object::New(env);
  object.Set("rows", static_cast<double>(outcome.rows));
  object.Set("interrupted", dump.interrupted);
  object.Set("duplicates", dump.duplicates);
  object.Set("malformed", dump.malformed);
  object.Set("bytes", static_cast<double>(dump.bytes));
  object.Set("datagrams", dump.datagrams);
  if (!dump.status.ok()) object.Set("error", FromStatus(env, dump.status));
  return object;
}

Napi::Value FromServiceList(Napi::Env env, const ServiceList& list) {
  Napi::Array array = Napi::Array::New(env, list.size());
  for (uint32_t i = 0; i < list.size(); i++) {
    Napi::Array pair = Napi::Array::New(env, 2);
    pair.Set(uint32_t{0}, Napi::Number::New(env, list[i].first));
    pair.Set(uint32_t{1}, Napi::String::New(env, list[i].second));
    array.Set(i, pair);
  }
  return array;
}

void SetStatus(Napi::Object object, const Status& status) {
  object.Set("op", status.op);
  object.Set("errno", status.err);
  object.Set("code", ErrnoName(status.err));
  object.Set("detail", status.detail);
  object.Set("offset", status.offset);
}

// Filled by the owner sources: no request of a dump names them.
constexpr const TableSchema* kOwnerTables[] = {&kOwnersTable, &kProcessesTable};

const TableSchema* FindAnyTable(std::string_view name) {
  for (const TableSchema* table : kOwnerTables) {
    if (name == table->name) return table;
  }
  return FindTable(name);
}

}  // namespace

Napi::Value FromBlockIn(Napi::Env env, const Block& block, Napi::Value buffer, size_t base) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("rows", static_cast<double>(block.rows));
  object.Set("columns", FromColumns(env, block.columns, base));
  Napi::Object dictionaries = Napi::Object::New(env);
  for (const BlockColumn& column : block.columns) {
    if (!column.dict.empty()) dictionaries.Set(column.id, FromDictionary(env, column.dict));
  }
  object.Set("dictionaries", dictionaries);
  object.Set("buffer", buffer);
  return object;
}

Napi::Value FromBlock(Napi::Env env, Block block) {
  const Napi::Value buffer = FromMemory(env, std::move(block.memory));
  return FromBlockIn(env, block, buffer, 0);
}

Napi::Value FromOutcomes(Napi::Env env, const std::vector<RequestOutcome>& outcomes) {
  Napi::Array array = Napi::Array::New(env, outcomes.size());
  for (uint32_t i = 0; i < outcomes.size(); i++) array.Set(i, FromOutcome(env, outcomes[i]));
  return array;
}

Napi::Value FromSnapshot(Napi::Env env, Snapshot snapshot) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("outcomes", FromOutcomes(env, snapshot.outcomes));
  if (!snapshot.recorded.empty()) {
    Napi::Array recorded = Napi::Array::New(env, snapshot.recorded.size());
    for (uint32_t i = 0; i < snapshot.recorded.size(); i++) {
      const std::span<const uint8_t> datagram = snapshot.recorded[i];
      Napi::Uint8Array bytes = Napi::Uint8Array::New(env, datagram.size());
      if (!bytes.IsEmpty() && !datagram.empty()) memcpy(bytes.Data(), datagram.data(), datagram.size());
      recorded.Set(i, bytes);
    }
    object.Set("recorded", recorded);
  }
  object.Set("block", FromBlock(env, std::move(snapshot.block)));
  return object;
}

Napi::Value FromNames(Napi::Env env, const std::vector<Name>& names) {
  Napi::Array array = Napi::Array::New(env, names.size());
  for (uint32_t i = 0; i < names.size(); i++) {
    array.Set(i, names[i].has_value() ? Napi::Value(Napi::String::New(env, *names[i])) : env.Null());
  }
  return array;
}

Napi::Value FromServices(Napi::Env env, const Services& services) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("tcp", FromServiceList(env, services.tcp));
  object.Set("udp", FromServiceList(env, services.udp));
  object.Set("raw", FromServiceList(env, services.raw));
  return object;
}

Napi::Object FromStatus(Napi::Env env, const Status& status) {
  Napi::Object object = Napi::Object::New(env);
  SetStatus(object, status);
  return object;
}

Napi::Error ErrorOf(Napi::Env env, const Status& status) {
  std::string message = std::string(status.op) + " " + ErrnoName(status.err);
  if (!status.detail.empty()) message += ": " + status.detail;
  Napi::Error error = Napi::Error::New(env, message);
  SetStatus(error.Value(), status);
  return error;
}

Napi::Value FromSchema(Napi::Env env, std::string_view name) {
  const TableSchema* table = FindAnyTable(name);
  if (table == nullptr) return env.Undefined();
  std::string text;
  for (const ColumnSchema& column : table->columns) {
    if (!text.empty()) text += ' ';
    text += column.Name() + ':' + KindName(column.kind);
  }
  return Napi::String::New(env, text);
}

}  // namespace sockdiag
