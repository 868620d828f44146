import { afterEach, beforeEach, expect, it } from "vitest";
import { NOTHING } from "../../../services/ratelimit/domain/amounts.ts";
import type { Limit } from "../../../services/ratelimit/domain/limits/limit-book.ts";
import type { LimitStore } from "../../../services/ratelimit/ports.ts";

export interface LimitStoreFixture {
  readonly store: LimitStore;
  /** The same store as a process sees it that starts now. */
  restarted(): Promise<LimitStore>;
  close(): Promise<void>;
}

const limit = (path: string, ops: number): Limit => {
  const rate = { ops, bytes: Infinity };
  const burst = { ops: 5, bytes: 1_024 };
  const limits = {
    rate,
    ceiling: { ops: ops * 2, bytes: Infinity },
    burst,
    boot: NOTHING,
    weight: 2,
    priority: 3,
    safe: rate,
  };
  return { path, limits, leased: true, shadow: false };
};

/** What every store of limits promises. */
export function limitStoreContract(open: () => Promise<LimitStoreFixture>): void {
  let fixture: LimitStoreFixture;

  beforeEach(async () => {
    fixture = await open();
  });
  afterEach(() => fixture.close());

  const change = (from: bigint, set: readonly Limit[], removed: readonly string[] = []) =>
    fixture.store.change({ from, set, removed });
  const loaded = async () => (await fixture.restarted()).load();

  it("begins empty, with revision 0", async () => {
    expect(await loaded()).toEqual({ revision: 0n, limits: [], holders: [], boots: [] });
  });

  it("keeps what was set, as it was set, over a restart", async () => {
    expect(await change(0n, [limit("fleet", 100), limit("fleet/*", 7)])).toBe(1n);
    expect(await change(1n, [limit("fleet", 200)], ["fleet/*", "nothing"])).toBe(2n);
    expect(await loaded()).toMatchObject({ revision: 2n, limits: [limit("fleet", 200)] });
  });

  it("changes nothing that was made for another revision", async () => {
    await change(0n, [limit("fleet", 100)]);
    expect(await change(0n, [limit("fleet", 1)])).toBeUndefined();
    expect(await change(5n, [], ["fleet"])).toBeUndefined();
    expect(await loaded()).toMatchObject({ revision: 1n, limits: [limit("fleet", 100)] });
  });

  it("lets one of several changes of a revision through, whole", async () => {
    const paths = ["a", "b", "c", "d"];
    const revisions = await Promise.all(
      paths.map((path) => change(0n, [limit(path, 1), limit(`${path}/*`, 1)])),
    );
    expect(revisions.filter((revision) => revision === 1n)).toHaveLength(1);
    const { limits } = await loaded();
    const winner = paths[revisions.indexOf(1n)];
    expect(limits.map(({ path }) => path).sort()).toEqual([winner, `${winner}/*`]);
  });

  it("takes a hundred changes at once", async () => {
    const many = Array.from({ length: 100 }, (_, i) => limit(`host-${i}`, i));
    expect(await change(0n, many)).toBe(1n);
    expect((await loaded()).limits).toHaveLength(100);
  });

  it("remembers holders and their last safe share, until they are forgotten", async () => {
    const holder = (path: string, name: string, ops: number) => ({
      path,
      holder: name,
      safe: { ops, bytes: Infinity },
    });
    await fixture.store.remember([
      holder("a", "one", 1),
      holder("a", "two", 2),
      holder("b", "one", 3),
    ]);
    await fixture.store.remember([holder("a", "two", 4)]);
    await fixture.store.forget([
      { path: "b", holder: "one" },
      { path: "b", holder: "nobody" },
    ]);
    const { holders } = await loaded();
    expect(holders.toSorted((x, y) => x.safe.ops - y.safe.ops)).toEqual([
      holder("a", "one", 1),
      holder("a", "two", 4),
    ]);
  });

  it("keeps of a boot what has the highest order, whatever comes when, until it is forgotten", async () => {
    const boot = (path: string, bootId: string, ops: number, order: bigint) => {
      return { path, bootId, left: { ops, bytes: 2 ** 32 }, order };
    };
    await fixture.store.keepBoots([boot("a", "one", 20, 1n << 41n), boot("b", "one", 7, 5n)]);
    await fixture.store.keepBoots([boot("a", "one", 30, 9n), boot("b", "two", 8, 6n)]);
    await fixture.store.keepBoots([boot("c", "one", 1, 7n), boot("d", "one", 1, 8n)]);
    await fixture.store.forgetBoots(["c", "d", "nothing"], 7n);
    const { boots } = await loaded();
    expect(boots.toSorted((x, y) => (x.path < y.path ? -1 : 1))).toEqual([
      boot("a", "one", 20, 1n << 41n),
      boot("b", "two", 8, 6n),
      boot("d", "one", 1, 8n),
    ]);
  });
}
