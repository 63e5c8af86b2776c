#ifndef SOCKDIAG_NETLINK_COOKIES_H_
#define SOCKDIAG_NETLINK_COOKIES_H_

#include <cstddef>
#include <cstdint>
#include <memory>

namespace sockdiag {

// Remembers the socket cookies (or inodes) of the last 32,768 to 65,536 rows, to find rows a dump repeats when it
// resumes in a hash bucket that changed meanwhile. Two generations: when the younger is full the elder is forgotten, so
// memory stays bounded whatever the length of the dump.
class RecentCookies {
 public:
  // True when the cookie is new. Zero, which names no socket, is always new. Without memory everything is.
  bool Insert(uint64_t cookie);

 private:
  static constexpr size_t kGenerationSize = 32768;
  static constexpr size_t kFirstSlots = 512;

  // Open addressing, at most half full; 0 = free.
  struct Generation {
    std::unique_ptr<uint64_t[]> slots;
    size_t mask = 0;
    size_t used = 0;

    bool Holds(uint64_t cookie) const;
    void Put(uint64_t cookie);
    bool Resize(size_t slots);
  };

  bool MakeRoom();

  Generation younger_;
  Generation elder_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_NETLINK_COOKIES_H_
