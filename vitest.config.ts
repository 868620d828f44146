import { join } from "node:path";
import { defineConfig } from "vitest/config";

/**
 * What Node compiles it keeps, for the workers and for every process that a test starts: a command of the
 * load toolkit is up after 0.6 s of CPU instead of 1.9.
 */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, ".data", "compile-cache");

/**
 * Two projects, so that a run can leave out what needs real engines or whole meshes:
 * `unit` is quick and runs anywhere; `system` starts real processes, one file after the other.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "services/**/*.test.ts",
            "console/**/*.test.ts",
            "erasure/**/*.test.ts",
            "tools/**/*.test.ts",
            "population/**/*.test.ts",
            "loadtest/**/*.test.ts",
            "bench/**/*.test.ts",
            "test/{contract,fuzz,property,simulation}/**/*.test.ts",
          ],
          pool: "forks",
          // Vitest leaves one core alone, which of two is half the machine.
          maxWorkers: "100%",
          testTimeout: 120_000,
          // Tables are made in hooks, and services started: on a busy machine that is work.
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts"],
          pool: "forks",
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
