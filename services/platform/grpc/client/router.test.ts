import { describe, expect, it, vi } from "vitest";
import { ManualClock } from "../../clock/manual-clock.ts";
import { deadlineExceeded, NOT_OWNER, notFound, unavailable } from "../errors/errors.ts";
import { createShardRouter, type ShardMap } from "./router.ts";

const MIN_REFRESH_MS = 200;
/** While somebody waits for a shard that moves. */
const WAITING_MS = 50;

function notOwner(owner?: string) {
  return unavailable("not mine", { reason: NOT_OWNER, ...(owner && { metadata: { owner } }) });
}

/** A router over `map`, which tests change; clients are the addresses they were made for. */
function setUp(map: Record<string, readonly number[]>) {
  const clock = new ManualClock();
  const closed: string[] = [];
  const versions = { now: 1n };
  const lookup = vi.fn(
    async (): Promise<ShardMap> => ({
      version: versions.now,
      owners: Object.entries(map).map(([address, shards]) => ({ address, shards })),
    }),
  );
  const connect = (address: string) => ({ client: address, close: () => closed.push(address) });
  const router = createShardRouter({ lookup, connect, clock, minRefreshMs: MIN_REFRESH_MS });
  return { router, map, lookup, closed, clock, versions };
}

describe("the shard router", () => {
  it("asks for the owners once, however many calls wait for them", async () => {
    const { router, lookup } = setUp({ a: [0, 1], b: [2] });
    const owners = await Promise.all([0, 1, 2].map((shard) => router.call(shard, async (c) => c)));
    expect(owners).toEqual(["a", "a", "b"]);
    expect(lookup).toHaveBeenCalledTimes(1);
  });

  it("goes to the owner that the answer names, and stays with it", async () => {
    const { router, map, clock } = setUp({ a: [0] });
    await router.call(0, async () => {});
    await clock.advance(MIN_REFRESH_MS);
    delete map.a;
    map.b = [0];
    const asked: string[] = [];
    const answer = await router.call(0, async (owner) => {
      asked.push(owner);
      if (owner === "a") throw notOwner("b");
      return owner;
    });
    expect(answer).toBe("b");
    expect(asked).toEqual(["a", "b"]);
    expect(router.ownerOf(0)).toBe("b");
  });

  it("tells when a shard has moved, by the lookups of all who wait, and when it has not", async () => {
    const { router, map, lookup, clock } = setUp({ a: [0], b: [1] });
    await router.refresh();
    const waiting = Array.from({ length: 50 }, () => router.movedFrom("a", 0, 1_000));
    const unmoved = router.movedFrom("b", 1, 1_000);
    await clock.advance(WAITING_MS);
    delete map.a;
    await clock.advance(WAITING_MS);
    expect(router.ownerOf(0)).toBeUndefined();
    map.b = [0, 1];
    await clock.advance(WAITING_MS);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([true]));
    expect(lookup).toHaveBeenCalledTimes(4);
    await clock.advance(1_000);
    expect(await unmoved).toBe(false);
  });

  it("looks the owner up when the answer names none", async () => {
    const { router, map, clock } = setUp({ a: [0] });
    await router.refresh();
    await clock.advance(MIN_REFRESH_MS);
    delete map.a;
    map.b = [0];
    const answer = router.call(0, async (owner) => {
      if (owner === "a") throw notOwner();
      return owner;
    });
    expect(await answer).toBe("b");
  });

  it("repeats once only", async () => {
    const { router } = setUp({ a: [0] });
    const use = vi.fn(async () => {
      throw notOwner("b");
    });
    await expect(router.call(0, use)).rejects.toMatchObject({ reason: NOT_OWNER });
    expect(use).toHaveBeenCalledTimes(2);
  });

  it("does not repeat at the owner that has just refused", async () => {
    const { router } = setUp({ a: [0] });
    const use = vi.fn(async () => {
      throw notOwner();
    });
    await expect(router.call(0, use)).rejects.toMatchObject({ reason: NOT_OWNER });
    expect(use).toHaveBeenCalledTimes(1);
  });

  it("repeats no other error, but looks again after an owner was unavailable", async () => {
    const { router, lookup, clock } = setUp({ a: [0] });
    await router.refresh();
    await clock.advance(MIN_REFRESH_MS);
    await expect(router.call(0, () => Promise.reject(notFound("x", 1n)))).rejects.toThrow("no x 1");
    expect(lookup).toHaveBeenCalledTimes(1);
    await expect(router.call(0, () => Promise.reject(unavailable("gone")))).rejects.toThrow("gone");
    expect(lookup).toHaveBeenCalledTimes(2);
  });

  it("looks again after an owner let a deadline pass: it may stand still", async () => {
    const { router, lookup, clock } = setUp({ a: [0] });
    await router.refresh();
    await clock.advance(MIN_REFRESH_MS);
    await expect(router.call(0, () => Promise.reject(deadlineExceeded("late")))).rejects.toThrow(
      "late",
    );
    expect(lookup).toHaveBeenCalledTimes(2);
  });

  it("does not look up more often than it may", async () => {
    const { router, lookup } = setUp({ a: [0] });
    for (let i = 0; i < 10; i++) {
      await router.call(0, () => Promise.reject(unavailable("gone"))).catch(() => {});
    }
    expect(lookup).toHaveBeenCalledTimes(1);
  });

  it("says when a shard has no owner", async () => {
    const { router } = setUp({ "": [0] });
    const call = router.call(0, async () => {});
    await expect(call).rejects.toMatchObject({ code: "UNAVAILABLE", reason: "NO_OWNER" });
  });

  it("passes on why the owners are not known", async () => {
    const { router, lookup } = setUp({});
    lookup.mockRejectedValue(unavailable("nobody answers"));
    await expect(router.call(0, async () => {})).rejects.toThrow("nobody answers");
  });

  it("keeps the newer map, but not for ever against all that it is told", async () => {
    const { router, map, clock, closed, versions } = setUp({ a: [0] });
    versions.now = 7n;
    await router.call(0, async () => {});
    delete map.a;
    map.b = [0];
    versions.now = 6n;
    await clock.advance(MIN_REFRESH_MS);
    await router.refresh();
    expect([router.ownerOf(0), closed]).toEqual(["a", []]);
    await clock.advance(30_000);
    await router.refresh();
    expect(router.ownerOf(0)).toBe("b");
  });

  it("closes the clients of processes that have been gone for a while, and all at its end", async () => {
    const { router, map, clock, closed } = setUp({ a: [0], b: [1] });
    await Promise.all([0, 1].map((shard) => router.call(shard, async () => {})));
    await clock.advance(MIN_REFRESH_MS);
    delete map.a;
    map.b = [0, 1];
    await router.refresh();
    expect(closed).toEqual([]);
    await clock.advance(30_000);
    await router.refresh();
    expect(closed).toEqual(["a"]);
    router.close();
    expect(closed).toEqual(["a", "b"]);
  });
});
