#ifndef SOCKDIAG_ARGUMENTS_H_
#define SOCKDIAG_ARGUMENTS_H_

#include <napi.h>

#include <vector>

#include "snapshot.h"
#include "stream.h"

namespace sockdiag {

// JavaScript arguments → plain structs. TypeScript has checked their meaning; here they are only made safe. False: a
// TypeError is pending.
//
// An array of requests, or one request.
bool UnpackRequests(const Napi::Value& value, std::vector<KindRequest>* out);
bool UnpackOptions(const Napi::Value& value, SnapshotOptions* out);
bool UnpackStreamOptions(const Napi::Value& value, StreamOptions* out);
// The bytes are borrowed: valid while the call lasts.
bool UnpackDatagrams(const Napi::Value& value, std::vector<Datagram>* out);

// Throws a TypeError, returns undefined.
Napi::Value Refuse(Napi::Env env, const char* message);

// The property as a number, cut to 32 bits; `absent` when it is no number.
int64_t NumberProperty(const Napi::Object& object, const char* name, int64_t absent);

}  // namespace sockdiag

#endif  // SOCKDIAG_ARGUMENTS_H_
