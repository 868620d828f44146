import { expect, it } from "vitest";
import { processSnapshot } from "./process-use.ts";

it("is read of a process that runs, and of no other", () => {
  const own = processSnapshot(process.pid);
  expect(own?.cpuSeconds).toBeGreaterThan(0);
  expect(own?.residentMiB).toBeGreaterThan(1);
  const NOBODY = 2 ** 30;
  expect(processSnapshot(NOBODY)).toBeUndefined();
});
