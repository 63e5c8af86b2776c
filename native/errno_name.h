#ifndef SOCKDIAG_ERRNO_NAME_H_
#define SOCKDIAG_ERRNO_NAME_H_

#include <string>

namespace sockdiag {

// "EPERM" for 1; a number without a name as "E" and its digits. strerrorname_np() exists from glibc 2.32 on.
std::string ErrnoName(int err);

}  // namespace sockdiag

#endif  // SOCKDIAG_ERRNO_NAME_H_
