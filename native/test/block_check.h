#ifndef SOCKDIAG_TEST_BLOCK_CHECK_H_
#define SOCKDIAG_TEST_BLOCK_CHECK_H_

#include "columns/builder.h"

namespace sockdiag {

// Ends the process, with a word why, unless every column of the block lies within its memory at an offset divisible by
// 8, validity bytes are 0 or 1, text offsets ascend within their heap, and dictionary codes name an entry.
void CheckBlock(const TableSchema& schema, const Block& block);

// Ends the process unless the condition holds.
void Require(bool condition, const char* what);

}  // namespace sockdiag

#endif  // SOCKDIAG_TEST_BLOCK_CHECK_H_
