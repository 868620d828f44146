import type { fdatasync, fdatasyncSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";

/** The functions of node:fs that make a file durable: all ways by which JavaScript can. */
export interface Syncs {
  fsync: typeof fdatasync;
  fdatasync: typeof fdatasync;
  fsyncSync: typeof fdatasyncSync;
  fdatasyncSync: typeof fdatasyncSync;
}

const CALLBACK = ["fsync", "fdatasync"] as const;
const BLOCKING = ["fsyncSync", "fdatasyncSync"] as const;
const OF_HANDLE = ["sync", "datasync"] as const;

/**
 * Makes every sync take `extraMs()` longer than it takes: it is done first, and told late. While it waits
 * the event loop is free, as with a disk that is slow; the blocking ones block.
 */
export function wrapSyncs(
  fs: Syncs,
  handles: Pick<FileHandle, "sync" | "datasync">,
  extraMs: () => number,
): void {
  for (const name of CALLBACK) {
    const original = fs[name];
    const slow = (descriptor: number, done: (error: NodeJS.ErrnoException | null) => void) =>
      original(descriptor, (error) => later(extraMs(), () => done(error)));
    fs[name] = slow as typeof fdatasync;
  }
  const word = new Int32Array(new SharedArrayBuffer(4));
  for (const name of BLOCKING) {
    const original = fs[name];
    fs[name] = (descriptor) => {
      original(descriptor);
      if (extraMs() > 0) Atomics.wait(word, 0, 0, extraMs());
    };
  }
  for (const name of OF_HANDLE) {
    const original = handles[name];
    handles[name] = async function (this: FileHandle) {
      await original.call(this);
      await new Promise<void>((resolve) => later(extraMs(), resolve));
    };
  }
}

function later(ms: number, act: () => void): void {
  if (ms > 0) setTimeout(act, ms);
  else act();
}
