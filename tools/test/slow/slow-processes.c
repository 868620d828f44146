/*
 * Loaded into every process of a test (LD_PRELOAD). What makes bytes durable takes longer, by a time between
 * SLOW_SYNC_LEAST_MS and SLOW_SYNC_MOST_MS, natively too (LMDB): it is done first, and told late. And a process of a
 * mesh begins late, by up to SLOW_START_MOST_MS: each service by a time of its own, which is the seed's and always the
 * same, so that who asks whom finds them not there yet. No CPU is used.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static _Atomic uint64_t state;
static uint64_t least_us, spread_us;

static uint64_t number_of(const char *name) {
  const char *text = getenv(name);
  return text ? strtoull(text, NULL, 10) : 0;
}

/* SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t mixed(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
  return z ^ (z >> 31);
}

static uint64_t next_random(void) {
  return mixed(atomic_fetch_add(&state, 0x9E3779B97F4A7C15u) + 0x9E3779B97F4A7C15u);
}

static void pass(uint64_t us) {
  struct timespec time = {us / 1000000, us % 1000000 * 1000};
  nanosleep(&time, NULL);
}

/* The end of the path of the program that this process runs, where it is one of a mesh: services/NAME/main.ts */
static const char *own_service(char *line, size_t size) {
  FILE *file = fopen("/proc/self/cmdline", "r");
  if (!file) return NULL;
  size_t length = fread(line, 1, size - 1, file);
  fclose(file);
  line[length] = 0;
  for (char *word = line; word < line + length; word += strlen(word) + 1) {
    char *name = strstr(word, "services/");
    if (name && strcmp(name + strlen(name) - strlen("main.ts"), "main.ts") == 0) return name;
  }
  return NULL;
}

__attribute__((constructor)) static void begin(void) {
  state = number_of("SLOW_SEED");
  least_us = 1000 * number_of("SLOW_SYNC_LEAST_MS");
  uint64_t most_us = 1000 * number_of("SLOW_SYNC_MOST_MS");
  spread_us = most_us > least_us ? most_us - least_us : 0;
  char line[4096];
  const char *service = own_service(line, sizeof line);
  if (!service) return;
  uint64_t hash = state;
  for (; *service; service++) hash = mixed(hash * 31 + (unsigned char)*service);
  pass(hash % (1000 * number_of("SLOW_START_MOST_MS") + 1));
}

static int late(int result) {
  pass(least_us + next_random() % (spread_us + 1));
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
