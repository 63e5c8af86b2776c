#ifndef SOCKDIAG_LOCK_H_
#define SOCKDIAG_LOCK_H_

#include <pthread.h>

namespace sockdiag {

// Holds a mutex until the end of its scope.
class Lock {
 public:
  explicit Lock(pthread_mutex_t* mutex) : mutex_(mutex) { pthread_mutex_lock(mutex_); }
  ~Lock() { pthread_mutex_unlock(mutex_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  pthread_mutex_t* mutex_;
};

}  // namespace sockdiag

#endif  // SOCKDIAG_LOCK_H_
