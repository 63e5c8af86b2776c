// libFuzzer entry: one program for every target.
//
//   fuzz --list                        names of the targets
//   fuzz --target=NAME [libFuzzer's flags] CORPUS...
//
// Targets of decoders come from the registry of families, so that a new decoder is fuzzed without another line here.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>

#include "fuzz/target.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace sockdiag {
namespace {

// NB: libFuzzer calls plain functions; this is the one thing they share.
const FuzzTarget* chosen = nullptr;

const FuzzTarget* Choose(const std::vector<FuzzTarget>& targets, const char* name) {
  for (const FuzzTarget& target : targets) {
    if (target.name == name) return &target;
  }
  fprintf(stderr, "fuzz: no target '%s'\n", name);
  exit(2);
}

}  // namespace

std::vector<FuzzTarget> FuzzTargets() {
  std::vector<FuzzTarget> targets;
  AddDumpTargets(&targets);
  AddCursorTargets(&targets);
  AddLoopTarget(&targets);
  AddOwnerTargets(&targets);
  return targets;
}

}  // namespace sockdiag

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  using sockdiag::chosen;
  static const std::vector<sockdiag::FuzzTarget> targets = sockdiag::FuzzTargets();
  constexpr char kOption[] = "--target=";
  for (int i = 1; i < *argc; i++) {
    const char* const word = (*argv)[i];
    if (strcmp(word, "--list") == 0) {
      for (const sockdiag::FuzzTarget& target : targets) puts(target.name.c_str());
      exit(0);
    }
    if (strncmp(word, kOption, sizeof(kOption) - 1) == 0) chosen = sockdiag::Choose(targets, word + sizeof(kOption) - 1);
  }
  if (chosen != nullptr) return 0;
  fprintf(stderr, "usage: fuzz --list | --target=NAME [flags] CORPUS...\n");
  exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  sockdiag::chosen->run({data, size});
  return 0;
}

// Half of the mutants are repaired: checksums of a kind are what keeps noise from getting deep.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  const size_t mutated = LLVMFuzzerMutate(data, size, max_size);
  if (sockdiag::chosen->repair && seed % 2 == 0) sockdiag::chosen->repair({data, mutated});
  return mutated;
}
