// What the objects of GCC's libstdc++.a for glibc look for and musl does not have.
#include <sys/random.h>

__attribute__((visibility("hidden"))) void *__dso_handle = &__dso_handle;
char __libc_single_threaded = 0;

unsigned arc4random(void) {
  unsigned value = 0;
  return getentropy(&value, sizeof value) == 0 ? value : 4;
}

int _dl_find_object(void *address, void *result) {
  (void)address;
  (void)result;
  return -1;
}
