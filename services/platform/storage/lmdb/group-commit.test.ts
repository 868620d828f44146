import { describe, expect, it } from "vitest";
import { present } from "../../../model/invariant.ts";
import { GroupCommit } from "./group-commit.ts";
import type { Table } from "./table.ts";
import type { Write } from "./write-set.ts";

const table = { name: "t", get: () => undefined } as unknown as Table;
const key = (text: string) => Buffer.from(text);

/** A disk whose syncs end when the test says so. */
class HeldDisk {
  readonly groups: string[][] = [];
  readonly #syncs: PromiseWithResolvers<void>[] = [];

  readonly write = (writes: readonly Write[]): Promise<void> => {
    this.groups.push(writes.map((write) => write.key.toString()));
    const sync = Promise.withResolvers<void>();
    this.#syncs.push(sync);
    return sync.promise;
  };

  /** Resolves when so many groups have come. */
  async reached(groups: number): Promise<void> {
    while (this.groups.length < groups) await new Promise(setImmediate);
  }

  sync(): void {
    this.#syncs.shift()?.resolve();
  }

  fail(): void {
    present(this.#syncs.shift()).reject(new Error("disk full"));
  }
}

function start() {
  const disk = new HeldDisk();
  const groups = new GroupCommit(disk.write);
  const done: string[] = [];
  const put = (text: string) =>
    groups.commit((tx) => tx.put(table, key(text), key("v"))).then(() => done.push(text));
  return { disk, groups, done, put };
}

describe("group commit", () => {
  it("answers only after the sync, and gathers what comes meanwhile into one group", async () => {
    const { disk, groups, done, put } = start();
    const all = [put("a"), put("b")];
    await disk.reached(1);
    all.push(put("c"), put("d"));
    await new Promise(setImmediate);
    expect(done).toEqual([]);
    disk.sync();
    await disk.reached(2);
    expect(done).toEqual(["a", "b"]);
    disk.sync();
    await Promise.all(all);
    expect(disk.groups).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
    await groups.idle();
  });

  it("answers a function that wrote nothing after those whose writes it saw", async () => {
    const { disk, groups, done, put } = start();
    const first = put("a");
    await disk.reached(1);
    const second = put("b");
    const reader = groups
      .commit((tx) => tx.get(table, key("b")))
      .then((value) => done.push(`${value}`));
    disk.sync();
    await disk.reached(2);
    expect(done).toEqual(["a"]);
    disk.sync();
    await Promise.all([first, second, reader]);
    expect(done).toEqual(["a", "b", "v"]);
  });

  it("fails all of a group whose write failed, and goes on with the next", async () => {
    const { disk, put } = start();
    const [first, second] = [put("a"), put("b")];
    await disk.reached(1);
    const third = put("c");
    disk.fail();
    await expect(first).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await expect(second).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await disk.reached(2);
    disk.sync();
    await third;
  });

  it("refuses more than it can hold", async () => {
    const { disk, groups, put } = start();
    const held = [put("first")];
    await disk.reached(1);
    for (let i = 0; i < 20_000; i++) held.push(put("x"));
    await expect(put("one too many")).rejects.toMatchObject({ code: "UNAVAILABLE" });
    const settled = Promise.allSettled(held);
    let isIdle = false;
    const idle = groups.idle().then(() => {
      isIdle = true;
    });
    while (!isIdle) {
      disk.sync();
      await new Promise(setImmediate);
    }
    await Promise.all([settled, idle]);
  });
});
