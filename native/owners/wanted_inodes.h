#ifndef SOCKDIAG_OWNERS_WANTED_INODES_H_
#define SOCKDIAG_OWNERS_WANTED_INODES_H_

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <span>

namespace sockdiag {

// The set of inodes a caller wants owners for, and how many of them still have none. Filled once, then read by all
// workers at the same time; only the `found` marks change.
class WantedInodes {
 public:
  WantedInodes() = default;
  WantedInodes(const WantedInodes&) = delete;
  WantedInodes& operator=(const WantedInodes&) = delete;
  ~WantedInodes() { std::free(slots_); }

  // Inode 0 (a socket without one: time-wait) is nobody's and is left out. False when memory is out.
  [[nodiscard]] bool Fill(std::span<const uint32_t> inodes) {
    size_t capacity = 16;
    while (capacity < inodes.size() * 2) capacity *= 2;
    slots_ = static_cast<Slot*>(std::calloc(capacity, sizeof(Slot)));
    if (slots_ == nullptr) return false;
    mask_ = static_cast<uint32_t>(capacity - 1);
    uint32_t missing = 0;
    for (const uint32_t inode : inodes) {
      Slot* const slot = Find(inode);
      if (inode == 0 || slot->inode == inode) continue;
      slot->inode = inode;
      missing++;
    }
    missing_.store(missing, std::memory_order_relaxed);
    return true;
  }

  bool active() const { return slots_ != nullptr; }

  // True when the inode is wanted (or when everything is).
  bool Mark(uint32_t inode) {
    if (!active()) return true;
    Slot* const slot = Find(inode);
    if (inode == 0 || slot->inode != inode) return false;
    if (__atomic_load_n(&slot->found, __ATOMIC_RELAXED) == 0 &&
        __atomic_exchange_n(&slot->found, 1, __ATOMIC_RELAXED) == 0)
      missing_.fetch_sub(1, std::memory_order_relaxed);
    return true;
  }

  bool AllFound() const { return active() && missing_.load(std::memory_order_relaxed) == 0; }

 private:
  struct Slot {
    uint32_t inode;
    uint32_t found;
  };

  // The inode's slot, or the empty one where it belongs. The table is at most half full, so there is one.
  Slot* Find(uint32_t inode) const {
    uint32_t at = (inode * 0x9E3779B1u) >> 7 & mask_;
    while (slots_[at].inode != 0 && slots_[at].inode != inode) at = (at + 1) & mask_;
    return &slots_[at];
  }

  Slot* slots_ = nullptr;
  uint32_t mask_ = 0;
  std::atomic<uint32_t> missing_{0};
};

}  // namespace sockdiag

#endif  // SOCKDIAG_OWNERS_WANTED_INODES_H_
