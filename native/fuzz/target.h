#ifndef SOCKDIAG_FUZZ_TARGET_H_
#define SOCKDIAG_FUZZ_TARGET_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace sockdiag {

// Something that reads bytes it must not trust. It ends the process when an invariant does not hold; everything else is
// for the sanitizers to see.
struct FuzzTarget {
  std::string name;
  std::function<void(std::span<const uint8_t>)> run;
  // Makes damaged netlink bytes plausible again, in place; may be empty.
  std::function<void(std::span<uint8_t>)> repair;
};

// One target for each kind of dump of the registry, and those of the parts they share.
std::vector<FuzzTarget> FuzzTargets();

void AddDumpTargets(std::vector<FuzzTarget>* targets);
void AddCursorTargets(std::vector<FuzzTarget>* targets);
void AddLoopTarget(std::vector<FuzzTarget>* targets);
void AddOwnerTargets(std::vector<FuzzTarget>* targets);

}  // namespace sockdiag

#endif  // SOCKDIAG_FUZZ_TARGET_H_
