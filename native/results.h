#ifndef SOCKDIAG_RESULTS_H_
#define SOCKDIAG_RESULTS_H_

#include <napi.h>

#include <string_view>

#include "names/nss.h"
#include "snapshot.h"

namespace sockdiag {

// Plain structs → JavaScript values. NB: they also run while an environment is being torn down, when every call into
// JavaScript fails; a value is then empty and nobody looks at it.
Napi::Value FromBlock(Napi::Env env, Block block);
// A block whose memory lies at `base` of `buffer`.
Napi::Value FromBlockIn(Napi::Env env, const Block& block, Napi::Value buffer, size_t base);
Napi::Value FromOutcomes(Napi::Env env, const std::vector<RequestOutcome>& outcomes);
Napi::Value FromSnapshot(Napi::Env env, Snapshot snapshot);
Napi::Value FromNames(Napi::Env env, const std::vector<Name>& names);
Napi::Value FromServices(Napi::Env env, const Services& services);
// {op, errno, code, detail, offset}
Napi::Object FromStatus(Napi::Env env, const Status& status);
// The same as an Error.
Napi::Error ErrorOf(Napi::Env env, const Status& status);
// Columns of a table as `name:kind`, blanks between them; undefined when there is none of that name.
Napi::Value FromSchema(Napi::Env env, std::string_view name);

}  // namespace sockdiag

#endif  // SOCKDIAG_RESULTS_H_
