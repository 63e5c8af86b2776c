#include "netlink/cookies.h"

#include <algorithm>
#include <new>
#include <utility>

namespace sockdiag {
namespace {

// Cookies are given out in the order of the first dump, so those of neighbouring rows are mostly consecutive: eight of
// them share a cache line, and the lines are scattered.
size_t Hash(uint64_t cookie) {
  constexpr uint64_t kLine = 8;
  return static_cast<size_t>(((cookie / kLine * 0x9E3779B97F4A7C15ull) >> 32) * kLine + cookie % kLine);
}

}  // namespace

bool RecentCookies::Generation::Holds(uint64_t cookie) const {
  if (used == 0) return false;
  for (size_t i = Hash(cookie) & mask; slots[i] != 0; i = (i + 1) & mask) {
    if (slots[i] == cookie) return true;
  }
  return false;
}

void RecentCookies::Generation::Put(uint64_t cookie) {
  size_t i = Hash(cookie) & mask;
  while (slots[i] != 0) i = (i + 1) & mask;
  slots[i] = cookie;
  used += 1;
}

bool RecentCookies::Generation::Resize(size_t count) {
  Generation larger;
  larger.slots.reset(new (std::nothrow) uint64_t[count]());
  if (larger.slots == nullptr) return false;
  larger.mask = count - 1;
  for (size_t i = 0; slots != nullptr && i <= mask; i++) {
    if (slots[i] != 0) larger.Put(slots[i]);
  }
  *this = std::move(larger);
  return true;
}

bool RecentCookies::MakeRoom() {
  const size_t slots = younger_.slots == nullptr ? 0 : younger_.mask + 1;
  if (younger_.used < slots / 2) return true;
  if (younger_.used < kGenerationSize) return younger_.Resize(slots == 0 ? kFirstSlots : slots * 2);
  std::swap(younger_, elder_);
  if (younger_.slots == nullptr) return younger_.Resize(kGenerationSize * 2);
  std::fill_n(younger_.slots.get(), younger_.mask + 1, uint64_t{0});
  younger_.used = 0;
  return true;
}

bool RecentCookies::Insert(uint64_t cookie) {
  if (cookie == 0) return true;
  if (younger_.Holds(cookie)) return false;
  // One that the elder generation knows is kept by the younger one from now on: it was seen just now.
  const bool known = elder_.Holds(cookie);
  if (MakeRoom()) younger_.Put(cookie);
  return !known;
}

}  // namespace sockdiag
