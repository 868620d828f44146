import { afterEach, expect, it, vi } from "vitest";
import { withInterrupt } from "./with-interrupt.ts";

afterEach(() => vi.restoreAllMocks());

it("tells the work of a Ctrl-C, and leaves at once at the second", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const left = vi.spyOn(process, "exit").mockImplementation((code) => {
    throw new Error(`left with ${code}`);
  });
  const result = await withInterrupt(async (signal) => {
    process.emit("SIGINT");
    expect([signal.aborted, left.mock.calls]).toEqual([true, []]);
    expect(() => process.emit("SIGTERM")).toThrow("left with 130");
    return "what was measured";
  });
  expect(result).toBe("what was measured");
});

it("leaves signals to others afterwards, also when the work fails", async () => {
  const before = process.listenerCount("SIGINT");
  const work = withInterrupt(() => Promise.reject(new Error("no mesh")));
  expect(process.listenerCount("SIGINT")).toBe(before + 1);
  await expect(work).rejects.toThrow("no mesh");
  expect(process.listenerCount("SIGINT")).toBe(before);
});
