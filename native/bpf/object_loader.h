#ifndef SOCKDIAG_BPF_OBJECT_LOADER_H_
#define SOCKDIAG_BPF_OBJECT_LOADER_H_

#include <cstdint>
#include <span>

#include "status.h"

namespace sockdiag {

// What a "light skeleton" exchanges with the kernel: the layouts are those the generated loader program reads and
// writes. The context of an object is LoaderContext, its maps, its programs, in the order of the object file; the
// generated headers declare it.
struct LoaderContext {
  // Bytes of the whole context.
  uint32_t size;
  uint32_t flags;
  // Verifier log of the object's own programs: 0 = none, else into log_buffer.
  uint32_t log_level;
  uint32_t log_size;
  uint64_t log_buffer;
};

struct LoaderMap {
  // Out.
  int fd;
  // In: replaces the number of elements the object declares; 0 = as declared.
  uint32_t max_entries;
  uint64_t initial_value;
};

struct LoaderProgram {
  // Out.
  int fd;
};

// Loads a BPF object without libbpf. Its `data` (map and program attributes, BTF) go into an array map; its
// `instructions` are a program of type BPF_PROG_TYPE_SYSCALL that is loaded and run once: it creates the maps,
// relocates and loads the programs, and leaves their descriptors in `context`, where they belong to the caller. Both
// are string literals with a NUL at the end that does not count.
//
// Kernel: 5.14, 5.17 for programs that need relocation (CO-RE). Needs CAP_BPF, and what the programs need.
Status LoadObject(std::span<const char> data, std::span<const char> instructions, LoaderContext* context);

// Starts the iterator that the loaded program `program` implements. Sets *iterator to a descriptor whose read(2) runs
// it. Kernel: 5.8 (5.9 for this way).
Status OpenIterator(int program, int* iterator);

}  // namespace sockdiag

#endif  // SOCKDIAG_BPF_OBJECT_LOADER_H_
