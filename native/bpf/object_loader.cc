#include "bpf/object_loader.h"

#include <cerrno>
#include <cstring>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file_descriptor.h"

namespace sockdiag {
namespace {

constexpr char kLicense[] = "Dual BSD/GPL";

long Bpf(enum bpf_cmd command, union bpf_attr* attr) { return syscall(SYS_bpf, command, attr, sizeof(*attr)); }

uint64_t Address(const void* pointer) { return reinterpret_cast<uintptr_t>(pointer); }

int CreateDataMap(uint32_t size) {
  union bpf_attr attr;
  std::memset(&attr, 0, sizeof(attr));
  attr.map_type = BPF_MAP_TYPE_ARRAY;
  attr.key_size = sizeof(uint32_t);
  attr.value_size = size;
  attr.max_entries = 1;
  std::memcpy(attr.map_name, "sockdiag_data", sizeof("sockdiag_data"));
  return static_cast<int>(Bpf(BPF_MAP_CREATE, &attr));
}

long FillDataMap(int map, const char* data) {
  const uint32_t key = 0;
  union bpf_attr attr;
  std::memset(&attr, 0, sizeof(attr));
  attr.map_fd = static_cast<uint32_t>(map);
  attr.key = Address(&key);
  attr.value = Address(data);
  return Bpf(BPF_MAP_UPDATE_ELEM, &attr);
}

int LoadLoader(int map, const char* instructions, size_t size) {
  union bpf_attr attr;
  std::memset(&attr, 0, sizeof(attr));
  attr.prog_type = BPF_PROG_TYPE_SYSCALL;
  attr.insns = Address(instructions);
  attr.insn_cnt = static_cast<uint32_t>(size / sizeof(bpf_insn));
  attr.license = Address(kLicense);
  attr.fd_array = Address(&map);
  attr.prog_flags = BPF_F_SLEEPABLE;
  std::memcpy(attr.prog_name, "sockdiag_load", sizeof("sockdiag_load"));
  return static_cast<int>(Bpf(BPF_PROG_LOAD, &attr));
}

Status RunLoader(int program, LoaderContext* context) {
  union bpf_attr attr;
  std::memset(&attr, 0, sizeof(attr));
  attr.test.prog_fd = static_cast<uint32_t>(program);
  attr.test.ctx_in = Address(context);
  attr.test.ctx_size_in = context->size;
  if (Bpf(BPF_PROG_RUN, &attr) != 0) return Failure("BPF_PROG_RUN", errno);
  // The loader program answers with what its own bpf(2) calls answered: 0, or a negative errno.
  const auto answer = static_cast<int32_t>(attr.test.retval);
  return answer < 0 ? Failure("BPF_PROG_LOAD", -answer) : Status{};
}

}  // namespace

Status LoadObject(std::span<const char> data, std::span<const char> instructions, LoaderContext* context) {
  const FileDescriptor map(CreateDataMap(static_cast<uint32_t>(data.size() - 1)));
  if (!map.valid()) return Failure("BPF_MAP_CREATE", errno);
  if (FillDataMap(map.get(), data.data()) != 0) return Failure("BPF_MAP_UPDATE_ELEM", errno);
  const FileDescriptor loader(LoadLoader(map.get(), instructions.data(), instructions.size() - 1));
  if (!loader.valid()) return Failure("BPF_PROG_LOAD", errno);
  return RunLoader(loader.get(), context);
}

Status OpenIterator(int program, int* iterator) {
  union bpf_attr attr;
  std::memset(&attr, 0, sizeof(attr));
  attr.link_create.prog_fd = static_cast<uint32_t>(program);
  attr.link_create.attach_type = BPF_TRACE_ITER;
  const FileDescriptor link(static_cast<int>(Bpf(BPF_LINK_CREATE, &attr)));
  if (!link.valid()) return Failure("BPF_LINK_CREATE", errno);
  std::memset(&attr, 0, sizeof(attr));
  attr.iter_create.link_fd = static_cast<uint32_t>(link.get());
  *iterator = static_cast<int>(Bpf(BPF_ITER_CREATE, &attr));
  return *iterator < 0 ? Failure("BPF_ITER_CREATE", errno) : Status{};
}

}  // namespace sockdiag
