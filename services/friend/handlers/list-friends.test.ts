import { Metadata } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { type UserId, userIdOf } from "../../model/ids.ts";
import { idsOf, pairsOf } from "../../model/wire/id-pairs.ts";
import type { Call } from "../../platform/grpc/call.ts";
import { createLogger } from "../../platform/telemetry/logger.ts";
import { sliceIds } from "../domain/sorted-ids.ts";
import { listFriends } from "./list-friends.ts";
import { listFriendsOfFriends } from "./list-friends-of-friends.ts";

function callOf(signal = new AbortController().signal): Call {
  const log = createLogger("friend-test", "silent");
  return { deadlineMs: Infinity, signal, requestId: "test", metadata: new Metadata(), log };
}

/** One person with friends 1 to `count`. */
function graphOf(count: number) {
  const friends = Array.from({ length: count }, (_, i) => BigInt(i + 1));
  const reads = { ranges: 0, counts: 0, changedSinceMs: [] as number[] };
  return {
    friends,
    reads,
    range: async (_user: UserId, from: bigint, before: bigint, max: number) => {
      reads.ranges++;
      return sliceIds(pairsOf(friends), from, before, max);
    },
    counts: async () => {
      reads.counts++;
      return [count];
    },
    changed: async (_user: UserId, sinceMs: number) => {
      reads.changedSinceMs.push(sinceMs);
      return [userIdOf(9n)];
    },
  };
}

const NOW = { nowMs: () => 10 * 3_600_000 };
const NOBODY_GONE = { hidesAny: false, goneAmong: () => new Map() };
const WHOLE = { userId: 7n, fromFriendId: 0n, beforeFriendId: 0n, limit: 0 };

describe("ListFriends", () => {
  test("sends a long list in messages of 5,000, the count in the first", async () => {
    const graph = graphOf(12_000);
    const messages = await Array.fromAsync(listFriends(graph, NOBODY_GONE, NOW)(WHOLE, callOf()));
    expect(messages.map(({ friendCount }) => friendCount)).toEqual([12_000, 0, 0]);
    expect(messages.map(({ friends }) => friends.length / 2)).toEqual([5_000, 5_000, 2_000]);
    expect(messages.flatMap(({ friends }) => idsOf(friends))).toEqual(graph.friends);
  });

  test("needs one read for an ordinary list, and no more than it was asked for", async () => {
    const ordinary = graphOf(200);
    await Array.fromAsync(listFriends(ordinary, NOBODY_GONE, NOW)(WHOLE, callOf()));
    expect(ordinary.reads).toMatchObject({ ranges: 1, counts: 0 });
    const long = graphOf(12_000);
    await Array.fromAsync(
      listFriends(long, NOBODY_GONE, NOW)({ ...WHOLE, limit: 5_000 }, callOf()),
    );
    expect(long.reads).toMatchObject({ ranges: 1, counts: 1 });
  });

  test("says once who has changed within the time that was asked for, and reads it for nobody else", async () => {
    const graph = graphOf(6_000);
    const ask = (changedWithinMs?: number) => {
      const request = { ...WHOLE, ...(changedWithinMs !== undefined && { changedWithinMs }) };
      return Array.fromAsync(listFriends(graph, NOBODY_GONE, NOW)(request, callOf()));
    };
    const changed = (await ask(60_000)).map((message) => message.changed && idsOf(message.changed));
    expect(changed).toEqual([[9n], undefined]);
    await ask(100 * 3_600_000);
    for (const message of [...(await ask()), ...(await ask(0))])
      expect(message).not.toHaveProperty("changed");
    expect(graph.reads.changedSinceMs).toEqual([NOW.nowMs() - 60_000, NOW.nowMs() - 3_600_000]);
    await expect(ask(-1)).rejects.toThrow("changed_within_ms");
  });

  test("ends without an empty message when the list ends with a full one", async () => {
    const messages = await Array.fromAsync(
      listFriends(graphOf(10_000), NOBODY_GONE, NOW)(WHOLE, callOf()),
    );
    expect(messages.map(({ friends }) => friends.length / 2)).toEqual([5_000, 5_000]);
  });

  test("skips nobody who stays while others come and go", async () => {
    const graph = graphOf(11_000);
    const staying = graph.friends.filter((id) => id % 2n === 0n);
    const seen: bigint[] = [];
    for await (const { friends } of listFriends(graph, NOBODY_GONE, NOW)(WHOLE, callOf())) {
      seen.push(...idsOf(friends));
      graph.friends.splice(0, graph.friends.length, ...staying);
    }
    expect(new Set(seen).isSupersetOf(new Set(staying))).toBe(true);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("reads no further once the caller is gone", async () => {
    const gone = new AbortController();
    const graph = graphOf(12_000);
    const stream = listFriends(
      graph,
      NOBODY_GONE,
      NOW,
    )(WHOLE, callOf(gone.signal))[Symbol.asyncIterator]();
    await stream.next();
    gone.abort(new Error("gone"));
    await expect(stream.next()).rejects.toThrow("gone");
    expect(graph.reads.ranges).toBe(1);
  });
});

test("ListFriends goes on past who is gone until a page is full, and skips nobody", async () => {
  const graph = graphOf(12_000);
  const people = {
    hidesAny: true,
    goneAmong: (some: readonly UserId[]) =>
      new Map(some.filter((id) => id % 3n !== 0n).map((id) => [id, "hidden" as const])),
  };
  const seen = async (request: Partial<typeof WHOLE & { includeGone: boolean }>) => {
    const stream = listFriends(graph, people, NOW)({ ...WHOLE, ...request }, callOf());
    return (await Array.fromAsync(stream)).flatMap(({ friends }) => idsOf(friends));
  };
  const expected = graph.friends.filter((id) => id % 3n === 0n);
  expect(await seen({})).toEqual(expected);
  expect(await seen({ limit: 3_000 })).toEqual(expected.slice(0, 3_000));
  expect(await seen({ fromFriendId: 3n, limit: 2 })).toEqual([3n, 6n]);
  expect(await seen({ fromFriendId: 1n, beforeFriendId: 3n })).toEqual([]);
  expect(await seen({ includeGone: true, limit: 7_000 })).toEqual(graph.friends.slice(0, 7_000));
});

test("ListFriendsOfFriends reads no further once the caller is gone", async () => {
  const gone = new AbortController();
  gone.abort(new Error("gone"));
  const lists = async () => expect.unreachable("nothing is read");
  const hidden = async () => expect.unreachable("nobody is found");
  const search = listFriendsOfFriends({ lists }, hidden)(
    { userId: 7n, degree: 2, limit: 0, byCommonFriends: false },
    callOf(gone.signal),
  );
  await expect(Array.fromAsync(search)).rejects.toThrow("gone");
});
