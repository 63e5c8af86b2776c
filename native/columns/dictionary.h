#ifndef SOCKDIAG_COLUMNS_DICTIONARY_H_
#define SOCKDIAG_COLUMNS_DICTIONARY_H_

#include <cstdint>
#include <string_view>

#include "byte_list.h"
#include "growing_array.h"

namespace sockdiag {

// Distinct texts and their codes, which count from 1; 0 stands for null.
class Dictionary {
 public:
  // The code of the text, which is added when it is new; 0 when there are as many texts as codes. False: no memory.
  [[nodiscard]] bool Add(std::string_view text, uint16_t* code);

  // By code; empty as long as nothing was added.
  const ByteList& texts() const { return texts_; }

 private:
  // The slot with the text, or the one it goes to.
  uint16_t* Find(std::string_view text);
  bool Grow();

  ByteList texts_;
  // Codes by the hash of their text, 0 = free; a power of two of them, at most half of them taken.
  GrowingArray<uint16_t> slots_;
  // Asked for last.
  uint16_t last_ = 0;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_COLUMNS_DICTIONARY_H_
