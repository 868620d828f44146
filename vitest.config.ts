import { defineConfig } from "vitest/config";

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
            "erasure/**/*.test.ts",
            "tools/**/*.test.ts",
            "population/**/*.test.ts",
            "loadtest/**/*.test.ts",
            "test/{contract,property,simulation}/**/*.test.ts",
          ],
          pool: "forks",
          testTimeout: 120_000,
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
