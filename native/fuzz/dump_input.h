#ifndef SOCKDIAG_FUZZ_DUMP_INPUT_H_
#define SOCKDIAG_FUZZ_DUMP_INPUT_H_

#include <cstdint>

namespace sockdiag {

// Start of an input of a dump target: what is asked for. Datagrams follow, each preceded by its length as a
// little-endian u16.
struct __attribute__((packed)) DumpInputHead {
  // Bit n: column n is not asked for; over and over again for tables with more than 64 columns.
  uint64_t columns_left_out;
  uint16_t protocol;
  uint8_t legacy;
  // Bit 0: hand out blocks behind every datagram, as a stream does. Bit 1: rows of IPv6 are held.
  uint8_t streaming;
  uint8_t family;
  uint8_t show;
  uint8_t attempts;
  uint8_t first_rows;
};

static_assert(sizeof(DumpInputHead) == 16);

}  // namespace sockdiag

#endif  // SOCKDIAG_FUZZ_DUMP_INPUT_H_
