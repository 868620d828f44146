import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { postsOf } from "../../../../../test/support/entry-calls.ts";
import { createLogger } from "../../../../platform/telemetry/logger.ts";
import { EmbeddedEntryStore } from "../embedded-entry-store.ts";

const PROGRAM = resolve(import.meta.dirname, "../testing/append-until-killed.ts");
const ENOUGH = 700;

test("what a process acknowledged is there after kill -9", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-kill-"));
  const child = spawn(process.execPath, [PROGRAM, folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  let acknowledged = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (acknowledged >= ENOUGH) child.kill("SIGKILL");
  }
  await exited;
  expect(acknowledged).toBeGreaterThanOrEqual(ENOUGH);
  const store = await EmbeddedEntryStore.open({
    folder,
    log: createLogger("test", "silent"),
    limits: { maxRingEntries: 800, maxSlabBytes: 1 << 20 },
    maxSegmentBytes: 4_096,
    snapshotLogBytes: 16_384,
    fatal: (error) => {
      throw error;
    },
  });
  for (const id of [1, 2, 3]) {
    const posts = postsOf(store, id);
    const newest = Number(posts[0]);
    expect(newest).toBeGreaterThanOrEqual(acknowledged);
    expect(posts).toEqual(Array.from({ length: posts.length }, (_, i) => BigInt(newest - i)));
    expect(posts.length).toBeGreaterThanOrEqual(Math.min(acknowledged, 700));
  }
  await store.close();
  await rm(folder, { recursive: true });
});
