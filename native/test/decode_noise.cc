// Feeds every kind of dump with recordings that were damaged on purpose, for sanitizer builds: nothing may be read or
// written out of bounds, hang, or fail without a reason.
//
//   decode_noise ROUNDS SEED FILE...
//
// FILE: datagrams of one recorded dump, each preceded by its length as a little-endian u32. Damage: bytes and lengths
// overwritten, datagrams cut, repeated, and left out; also pure noise.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "snapshot.h"

namespace {

using Recording = std::vector<std::vector<uint8_t>>;

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed * 2 + 1) {}
  uint32_t Below(uint32_t limit) {
    state_ = state_ * 6364136223846793005ull + 1442695040888963407ull;
    return static_cast<uint32_t>((state_ >> 33) % limit);
  }

 private:
  uint64_t state_;
};

Recording Load(const char* path) {
  Recording recording;
  FILE* file = fopen(path, "rb");
  if (file == nullptr) {
    perror(path);
    exit(2);
  }
  uint8_t prefix[4];
  while (fread(prefix, 1, sizeof(prefix), file) == sizeof(prefix)) {
    const uint32_t size = prefix[0] | prefix[1] << 8 | prefix[2] << 16 | static_cast<uint32_t>(prefix[3]) << 24;
    std::vector<uint8_t> datagram(size);
    if (fread(datagram.data(), 1, size, file) != size) break;
    recording.push_back(std::move(datagram));
  }
  fclose(file);
  return recording;
}

void DamageBytes(std::vector<uint8_t>* datagram, Random* random) {
  constexpr uint8_t kEdges[] = {0, 1, 3, 4, 0x7f, 0x80, 0xff};
  for (uint32_t i = random->Below(8); i > 0 && !datagram->empty(); i--) {
    const uint32_t at = random->Below(static_cast<uint32_t>(datagram->size()));
    const bool edge = random->Below(2) == 0;
    (*datagram)[at] = edge ? kEdges[random->Below(sizeof(kEdges))] : static_cast<uint8_t>(random->Below(256));
  }
}

Recording Damage(const Recording& original, Random* random) {
  Recording damaged;
  for (const std::vector<uint8_t>& datagram : original) {
    const uint32_t fate = random->Below(16);
    if (fate == 0) continue;
    damaged.push_back(datagram);
    if (fate < 10) DamageBytes(&damaged.back(), random);
    if (fate == 10) damaged.back().resize(random->Below(static_cast<uint32_t>(datagram.size()) + 1));
    if (fate == 11) damaged.push_back(datagram);
  }
  return damaged;
}

Recording Noise(Random* random) {
  Recording noise(random->Below(4));
  for (std::vector<uint8_t>& datagram : noise) {
    datagram.resize(random->Below(400));
    for (uint8_t& byte : datagram) byte = static_cast<uint8_t>(random->Below(256));
  }
  return noise;
}

size_t Decode(const sockdiag::DumpKind& kind, const Recording& recording, Random* random) {
  sockdiag::SnapshotOptions options;
  options.table = kind.table;
  for (uint16_t id = 0; id < kind.table->columns.size(); id++) {
    if (random->Below(4) != 0) options.columns.push_back(id);
  }
  sockdiag::KindRequest request{&kind, {}};
  constexpr uint16_t kProtocols[] = {6, 17, 132, 255, 262};
  request.request.protocol = kProtocols[random->Below(5)];
  request.request.legacy = random->Below(2) == 0;
  // Exactly sized copies, so that reading past one is seen.
  std::vector<sockdiag::Datagram> datagrams(recording.begin(), recording.end());
  const sockdiag::Snapshot snapshot = ReplaySnapshot({request}, options, datagrams);
  return snapshot.block.rows;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: decode_noise ROUNDS SEED FILE...\n");
    return 2;
  }
  std::vector<Recording> recordings;
  for (int i = 3; i < argc; i++) recordings.push_back(Load(argv[i]));
  Random random(strtoull(argv[2], nullptr, 10));
  size_t rows = 0;
  size_t dumps = 0;
  for (long round = atol(argv[1]); round > 0; round--) {
    for (const sockdiag::DumpKind& kind : sockdiag::DumpKinds()) {
      rows += Decode(kind, Noise(&random), &random);
      dumps += 1;
      for (const Recording& recording : recordings) {
        rows += Decode(kind, Damage(recording, &random), &random);
        dumps += 1;
      }
    }
  }
  printf("%zu dumps, %zu rows\n", dumps, rows);
  return 0;
}
