import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MAX_ID, trustedPostId } from "../../../services/model/ids.ts";
import { createEntryWindow } from "../../../services/timeline/domain/page/entry-window.ts";
import type { EntryStore } from "../../../services/timeline/ports.ts";
import {
  appendOf,
  complete,
  entry,
  post,
  postsOf,
  readAll,
  viewer,
} from "../../support/entry-calls.ts";
import { until } from "../../support/until.ts";
import { type Context, floorContract, watchContract } from "./entry-store-floors.contract.ts";

export interface EntryStoreFixture {
  readonly store: EntryStore;
  /** Closes the store and opens one on what is durable. */
  restart(): Promise<EntryStore>;
  close(): Promise<void>;
}

type CreateEntryStore = (ringEntries: number) => Promise<EntryStoreFixture>;

const WIDE = (1n << 62n) + (5n << 32n) + 0xffff_fff0n;
const NOTHING = { appended: 0, duplicates: 0, dropped: 0, deactivated: 0 };

/** What every adapter of the entry store promises. */
export function entryStoreContract(create: CreateEntryStore): void {
  const onRingsOf = (ringEntries: number, contract: (context: Context) => void) => {
    let fixture: EntryStoreFixture;
    beforeEach(async () => {
      fixture = await create(ringEntries);
    });
    afterEach(() => fixture.close());
    contract({ ringEntries, store: () => fixture.store, restart: () => fixture.restart() });
  };
  describe("states", () => onRingsOf(160, stateContract));
  describe("appends", () => onRingsOf(160, appendContract));
  describe("order", () => onRingsOf(160, orderContract));
  describe("watching", () => onRingsOf(160, watchContract));
  describe.each([8, 31, 64, 160])("floors of rings of %i", (entries) => {
    onRingsOf(entries, floorContract);
  });
}

/** Ascending, looked for two places at a time. */
function idleOf(store: EntryStore, beforeDay: number) {
  const idle: bigint[] = [];
  const unknown: bigint[] = [];
  for (let from: number | undefined = 0; from !== undefined; ) {
    const found = store.idle(beforeDay, from, 2);
    idle.push(...found.idle);
    unknown.push(...found.unknown);
    from = found.next;
  }
  const sorted = (ids: readonly bigint[]) => [...ids].sort((a, b) => (a < b ? -1 : 1));
  return { idle: sorted(idle), unknown: sorted(unknown) };
}

function stateContract({ store, restart }: Context): void {
  test("a viewer is inactive, then filling, then complete, and inactive after a lapse", async () => {
    expect(store().state(viewer(1))).toEqual({ kind: "inactive" });
    await store().activate(viewer(1));
    expect(store().state(viewer(1))).toEqual({ kind: "filling" });
    await store().complete(viewer(1), post(5));
    expect(store().state(viewer(1))).toEqual({ kind: "complete", floor: 5n });
    expect(await store().lapse([viewer(1), viewer(2)])).toBe(1);
    expect(store().state(viewer(1))).toEqual({ kind: "inactive" });
  });

  test("who has not read since a day is found, also after a restart", async () => {
    for (const id of [1, 2, 3]) await complete(store(), id);
    store().noteRead(viewer(1), 100);
    store().noteRead(viewer(2), 120);
    store().noteRead(viewer(2), 90);
    store().noteRead(viewer(4), 100);
    const found = { idle: [viewer(1)], unknown: [viewer(3)] };
    expect(idleOf(store(), 110)).toEqual(found);
    expect(idleOf(store(), 121).idle).toEqual([viewer(1), viewer(2)]);
    // Nobody waits for it: it is durable soon.
    let again = store();
    await until(async () => {
      again = await restart();
      return idleOf(again, 121).unknown.length === 1;
    });
    expect(idleOf(again, 110)).toEqual(found);
    await again.lapse([viewer(1)]);
    expect(idleOf(again, 110).idle).toEqual([]);
    await again.activate(viewer(1));
    expect(idleOf(again, 110).unknown).toContain(viewer(1));
  });

  test("states and entries survive a restart", async () => {
    await complete(store(), 1, 5);
    await store().activate(viewer(2));
    await complete(store(), MAX_ID);
    await complete(store(), 4);
    await store().append({ appends: [appendOf(WIDE, [1, 2, 4, MAX_ID], { author: MAX_ID })] });
    await store().append({ appends: [appendOf(9, [2], { deleted: true })] });
    await store().addEntries(viewer(1), [entry(8)]);
    await store().lapse([viewer(4)]);
    const reopened = await restart();
    expect(reopened.state(viewer(1))).toEqual({ kind: "complete", floor: 5n });
    expect(reopened.state(viewer(2))).toEqual({ kind: "filling" });
    expect(reopened.state(viewer(4))).toEqual({ kind: "inactive" });
    const wide = { post: WIDE, author: MAX_ID, deleted: false };
    expect(readAll(reopened, 1)).toEqual([wide, { post: 8n, author: 7n, deleted: false }]);
    expect(readAll(reopened, 2)).toEqual([wide, { post: 9n, author: 7n, deleted: true }]);
    expect(readAll(reopened, 4)).toEqual([]);
    expect(readAll(reopened, MAX_ID)).toEqual([wide]);
  });

  test("activate changes nothing for who is active, and twice at once is once", async () => {
    await Promise.all([store().activate(viewer(1)), store().activate(viewer(1))]);
    await store().append({ appends: [appendOf(3, [1])] });
    await store().complete(viewer(1), post(1));
    await store().activate(viewer(1));
    expect(store().state(viewer(1))).toEqual({ kind: "complete", floor: 1n });
    expect(postsOf(store(), 1)).toEqual([3n]);
  });

  test("changes of one viewer's state at once end as their order says", async () => {
    await complete(store(), 1);
    const counts = await Promise.all([
      store().lapse([viewer(1), viewer(1)]),
      store().activate(viewer(1)),
      store().complete(viewer(1), post(9)),
    ]);
    expect(counts[0]).toBe(1);
    expect(store().state(viewer(1)).kind).not.toBe("inactive");
    await Promise.all([store().lapse([viewer(1)]), store().lapse([viewer(1)])]);
    expect(store().state(viewer(1))).toEqual({ kind: "inactive" });
  });

  test("a returning viewer begins with nothing", async () => {
    await complete(store(), 1, 100);
    await store().append({ appends: [appendOf(200, [1])] });
    await store().lapse([viewer(1)]);
    expect(postsOf(store(), 1)).toEqual([]);
    await store().activate(viewer(1));
    expect(postsOf(store(), 1)).toEqual([]);
    await store().append({ appends: [appendOf(50, [1])] });
    expect(postsOf(store(), 1)).toEqual([50n]);
  });

  test("an inactive viewer cannot become complete, and takes no entries", async () => {
    await store().complete(viewer(1), post(5));
    await store().addEntries(viewer(1), [entry(7)]);
    expect(store().state(viewer(1))).toEqual({ kind: "inactive" });
    expect(postsOf(store(), 1)).toEqual([]);
  });
}

function appendContract({ store, restart }: Context): void {
  test("counts what was new, was there, and was dropped", async () => {
    await complete(store(), 1, 10);
    await complete(store(), 2, 10);
    const first = { appends: [appendOf(20, [1, 2, 3]), appendOf(5, [1])] };
    expect(await store().append(first)).toEqual({ ...NOTHING, appended: 2, dropped: 2 });
    const again = await store().append({ appends: [appendOf(20, [1, 2])] });
    expect(again).toEqual({ ...NOTHING, duplicates: 2 });
    expect(await store().append({ appends: [] })).toEqual(NOTHING);
    expect(await store().append({ appends: [appendOf(21, [])] })).toEqual(NOTHING);
  });

  test("an append that is sent twice at once is stored once", async () => {
    await complete(store(), 1);
    await complete(store(), 2);
    const [a, b, c] = await Promise.all([
      store().append({ appends: [appendOf(20, [1])] }),
      store().append({ appends: [appendOf(20, [1, 2]), appendOf(20, [2])] }),
      store().addEntries(viewer(1), [entry(20), entry(20)]),
    ]);
    // Which of the three comes first is the store's business.
    expect([1, 2]).toContain(a.appended + b.appended);
    expect(a.appended + b.appended + a.duplicates + b.duplicates).toBe(4);
    expect(c).toBeUndefined();
    expect([postsOf(store(), 1), postsOf(store(), 2)]).toEqual([[20n], [20n]]);
  });

  test("lists of viewers may be in any order, with repeats", async () => {
    for (const id of [1, 2, 3, MAX_ID]) await complete(store(), id);
    const appends = [appendOf(20, [3, MAX_ID, 1, 3, 2, 1])];
    expect(await store().append({ appends })).toEqual({ ...NOTHING, appended: 4, duplicates: 2 });
    for (const id of [1, 2, 3, MAX_ID]) expect(postsOf(store(), id)).toEqual([20n]);
  });

  test("deleted wins, whichever comes first", async () => {
    await complete(store(), 1);
    const deleted = { deleted: true };
    await store().append({ appends: [appendOf(20, [1])] });
    const mark = await store().append({ appends: [appendOf(20, [1], deleted)] });
    expect(mark).toEqual({ ...NOTHING, duplicates: 1 });
    await store().append({ appends: [appendOf(30, [1], deleted), appendOf(25, [1], deleted)] });
    const late = await store().append({ appends: [appendOf(30, [1]), appendOf(25, [1])] });
    expect(late).toEqual({ ...NOTHING, duplicates: 2 });
    await store().addEntries(viewer(1), [entry(30)]);
    const expected = [30n, 25n, 20n].map((id) => ({ post: id, author: 7n, deleted: true }));
    expect(readAll(store(), 1)).toEqual(expected);
    expect(readAll(await restart(), 1)).toEqual(expected);
  });

  test("rejects what is no post id", async () => {
    for (const id of [0n, MAX_ID + 1n]) {
      const append = { ...appendOf(1, [1]), postId: trustedPostId(id) };
      await expect(store().append({ appends: [append] })).rejects.toThrow("post_id");
    }
  });
}

function orderContract({ store, restart }: Context): void {
  const shuffled = Array.from({ length: 120 }, (_, i) => 1_000 + ((i * 77) % 120) * 3);

  test("entries are sorted and single, whatever order they come in", async () => {
    await complete(store(), 1);
    for (const id of shuffled.slice(0, 60)) await store().append({ appends: [appendOf(id, [1])] });
    await store().addEntries(
      viewer(1),
      shuffled.slice(50, 90).map((id) => entry(id)),
    );
    await store().append({ appends: shuffled.slice(80).map((id) => appendOf(id, [1])) });
    const expected = [...shuffled].sort((a, b) => b - a).map(BigInt);
    expect(postsOf(store(), 1)).toEqual(expected);
    expect(postsOf(await restart(), 1)).toEqual(expected);
  });

  test("reads go on below any id, there or not", async () => {
    await complete(store(), 1);
    await store().addEntries(
      viewer(1),
      shuffled.map((id) => entry(id)),
    );
    const sorted = [...shuffled].sort((a, b) => b - a);
    const window = createEntryWindow(7);
    for (const before of [0, 999, 1_000, 1_001, 1_100, 1_180, 1_358, 5_000]) {
      store().read(viewer(1), BigInt(before), window);
      const expected = sorted.filter((id) => before === 0 || id < before).slice(0, 7);
      expect([...window.postLow.subarray(0, window.count)]).toEqual(expected);
    }
  });
}
