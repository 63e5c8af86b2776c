// Dumps every kind from the running kernel, as a snapshot and as a stream that is closed half way, for sanitizer
// builds; with -r DIRECTORY writes each kind's datagrams to DIRECTORY/KIND.dump, each preceded by its length as a
// little-endian u32.

#include <cstdio>
#include <cstring>
#include <string>

#include "stream.h"

namespace {

sockdiag::KindRequest RequestAll(const sockdiag::DumpKind& kind) {
  sockdiag::KindRequest request{&kind, {}};
  request.request.family = strcmp(kind.name, "inet") == 0 ? AF_INET : AF_UNSPEC;
  request.request.protocol = strcmp(kind.name, "netlink") == 0 ? 255 : IPPROTO_TCP;
  request.request.ext = 0xff;
  request.request.show = strcmp(kind.name, "netlink") == 0 ? 0xb : 0x5f;
  request.request.states = 0x1ffe;
  request.request.legacy = true;
  return request;
}

void Write(const std::string& path, const sockdiag::ByteList& recorded) {
  FILE* file = fopen(path.c_str(), "wb");
  if (file == nullptr) return perror(path.c_str());
  for (size_t at = 0; at < recorded.size(); at++) {
    const std::span<const uint8_t> datagram = recorded[at];
    for (int shift = 0; shift < 32; shift += 8) fputc(static_cast<int>(datagram.size() >> shift & 0xff), file);
    fwrite(datagram.data(), 1, datagram.size(), file);
  }
  fclose(file);
}

size_t ReadStream(const sockdiag::KindRequest& request, const sockdiag::SnapshotOptions& options, bool reuse,
                  size_t limit) {
  sockdiag::StreamOptions stream_options;
  stream_options.snapshot = options;
  stream_options.chunk_rows = 16;
  stream_options.reuse = reuse;
  sockdiag::Stream stream({request}, stream_options);
  if (!stream.Start().ok()) return 0;
  size_t rows = 0;
  sockdiag::Block block;
  while (rows < limit && stream.Next(&block)) rows += block.rows;
  return rows;
}

}  // namespace

int main(int argc, char** argv) {
  const char* directory = argc == 3 && strcmp(argv[1], "-r") == 0 ? argv[2] : nullptr;
  for (const sockdiag::DumpKind& kind : sockdiag::DumpKinds()) {
    sockdiag::SnapshotOptions options;
    options.table = kind.table;
    for (uint16_t id = 0; id < kind.table->columns.size(); id++) options.columns.push_back(id);
    options.record = directory != nullptr;
    const sockdiag::KindRequest request = RequestAll(kind);
    const sockdiag::Snapshot snapshot = TakeSnapshot({request}, options);
    const size_t streamed = ReadStream(request, options, false, SIZE_MAX);
    const size_t reused = ReadStream(request, options, true, SIZE_MAX);
    ReadStream(request, options, true, 1);
    const sockdiag::DumpOutcome& dump = snapshot.outcomes[0].dump;
    printf("%s: %zu rows, %zu streamed, %zu in a ring, malformed %u, errno %d\n", kind.name, snapshot.block.rows, streamed,
           reused, dump.malformed, dump.status.err);
    if (directory != nullptr) Write(std::string(directory) + "/" + kind.name + ".dump", snapshot.recorded);
  }
  return 0;
}
