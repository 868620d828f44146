import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Syncs, wrapSyncs } from "./wrap-syncs.ts";

/** Syncs that are done at once, wrapped. */
function scene(extraMs: number, error: Error | null = null) {
  const said: string[] = [];
  const settings = { extraMs };
  const call = (name: string) =>
    ((_: number, done: (error: Error | null) => void) => {
      said.push(`${name} is done`);
      done(error);
    }) as Syncs["fsync"];
  const fs: Syncs = {
    fsync: call("fsync"),
    fdatasync: call("fdatasync"),
    fsyncSync: () => void said.push("fsyncSync"),
    fdatasyncSync: () => void said.push("fdatasyncSync"),
  };
  const handles = {
    sync: async () => void said.push("sync"),
    datasync: async () => void said.push("datasync"),
  };
  wrapSyncs(fs, handles, () => settings.extraMs);
  return { fs, handles, said, settings };
}

describe("wrapped syncs", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  it.each(["fsync", "fdatasync"] as const)("%s is told late, and not done late", async (name) => {
    const { fs, said } = scene(50);
    fs[name](1, (error) => said.push(`told ${error}`));
    expect(said).toEqual([`${name} is done`]);
    await vi.advanceTimersByTimeAsync(49);
    expect(said).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(said).toEqual([`${name} is done`, "told null"]);
  });

  it.each(["sync", "datasync"] as const)("%s of a file handle is late", async (name) => {
    const { handles, said } = scene(50);
    void handles[name]().then(() => said.push("told"));
    await vi.advanceTimersByTimeAsync(49);
    expect(said).toEqual([name]);
    await vi.advanceTimersByTimeAsync(1);
    expect(said).toEqual([name, "told"]);
  });

  it.each(["fsyncSync", "fdatasyncSync"] as const)("%s blocks", (name) => {
    const { fs, said } = scene(20);
    const startedMs = performance.now();
    fs[name](1);
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(19);
    expect(said).toEqual([name]);
  });

  it("is as before at 0 ms, by what is set when the sync is done", () => {
    const { fs, said, settings } = scene(50);
    settings.extraMs = 0;
    fs.fdatasync(1, () => said.push("told"));
    expect(said).toEqual(["fdatasync is done", "told"]);
  });

  it("passes an error on", async () => {
    const { fs } = scene(5, new Error("no disk"));
    const told = vi.fn();
    fs.fsync(1, told);
    await vi.advanceTimersByTimeAsync(5);
    expect(told).toHaveBeenCalledWith(new Error("no disk"));
  });
});
