/*
 * Loaded into every process of a test (LD_PRELOAD): what makes bytes durable takes longer, by a time between
 * SLOW_SYNCS_LEAST_MS and SLOW_SYNCS_MOST_MS, natively too (LMDB). It is done first, and told late: no CPU is used.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static _Atomic uint64_t state;
static uint64_t least_us, spread_us;

static uint64_t number_of(const char *name) {
  const char *text = getenv(name);
  return text ? strtoull(text, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void) {
  state = number_of("SLOW_SYNCS_SEED");
  least_us = 1000 * number_of("SLOW_SYNCS_LEAST_MS");
  uint64_t most_us = 1000 * number_of("SLOW_SYNCS_MOST_MS");
  spread_us = most_us > least_us ? most_us - least_us : 0;
}

/* The next number of SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t next_random(void) {
  uint64_t z = atomic_fetch_add(&state, 0x9E3779B97F4A7C15u) + 0x9E3779B97F4A7C15u;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static int late(int result) {
  uint64_t us = least_us + next_random() % (spread_us + 1);
  struct timespec time = {us / 1000000, us % 1000000 * 1000};
  nanosleep(&time, NULL);
  return result;
}

int fsync(int file) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fsync");
  return late(real(file));
}

int fdatasync(int file) {
  int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
  return late(real(file));
}

int msync(void *address, size_t length, int flags) {
  int (*real)(void *, size_t, int) = dlsym(RTLD_NEXT, "msync");
  return late(real(address, length, flags));
}
