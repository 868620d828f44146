import { join } from "node:path";
import { expect, it } from "vitest";
import { runDataFile } from "../../../../test/support/data-driven.ts";
import { appendOf, complete, readAll, viewer } from "../../../../test/support/entry-calls.ts";
import { SimulatedDisk } from "../../../platform/storage/log/testing/simulated-disk.ts";
import type { EmbeddedEntryStore } from "./embedded-entry-store.ts";
import { openOn } from "./testing/open-on.ts";

const LIVE = "/data/live";

/** The commands of the data file, on a store that dies and comes back. */
async function commandsOnDisk() {
  let disk = new SimulatedDisk();
  let store: EmbeddedEntryStore = await openOn(disk);
  const reopen = async () => {
    disk = disk.afterPowerFailure(() => 0.5);
    store = await openOn(disk);
    return "";
  };
  const segments = async () => (await disk.list(LIVE)).filter((name) => name.endsWith(".log"));
  /** Those with frames: a start begins an empty one. */
  const withFrames = async () => {
    const paths = (await segments()).sort().map((name) => join(LIVE, name));
    return paths.filter((path) => disk.bytesOf(path).length > 24);
  };
  const append = async (post: number, viewers: readonly number[], deleted: boolean) => {
    await store.append({ appends: [appendOf(post, viewers, { deleted })] });
    return "";
  };
  const commands: Record<string, (...ids: number[]) => Promise<string>> = {
    complete: async (id, floor) => complete(store, id, floor).then(() => ""),
    append: (post, ...viewers) => append(post, viewers, false),
    delete: (post, ...viewers) => append(post, viewers, true),
    lapse: async (id) => store.lapse([viewer(id)]).then(() => ""),
    read: async (id) =>
      readAll(store, id)
        .map(({ post, deleted }) => `${post}${deleted ? "x" : ""}`)
        .join(" "),
    state: async (id) => store.state(viewer(id)).kind,
    aside: async () => {
      const names = await disk.list("/data");
      return String(names.filter((name) => name.startsWith("damaged")).length);
    },
    "power-failure": reopen,
    cut: async (bytes) => {
      const [last] = (await withFrames()).slice(-1);
      const whole = disk.bytesOf(last);
      disk.setBytes(last, whole.subarray(0, whole.length - bytes));
      return reopen();
    },
    flip: async (at) => {
      const [first] = await withFrames();
      const bytes = Buffer.from(disk.bytesOf(first));
      bytes[at] ^= 1;
      disk.setBytes(first, bytes);
      return reopen();
    },
  };
  return ([name, ...ids]: readonly string[]) => commands[name](...ids.map(Number));
}

it("the store does what testdata/crashes.txt says", async () => {
  const file = join(import.meta.dirname, "testdata/crashes.txt");
  const { expected, actual } = await runDataFile(file, await commandsOnDisk());
  expect(actual).toEqual(expected);
});
