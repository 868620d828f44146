import { describe, expect, test } from "vitest";
import type { AddedPair, AddFriendRequest } from "#gen/friend/v1/friend.ts";
import {
  deadlineExceeded,
  internal,
  unavailable,
} from "../../services/platform/grpc/errors/errors.ts";
import { exitCodeOf, noCounts } from "./counts.ts";
import { importEdges, MAX_EDGES_PER_CALL } from "./import-edges.ts";
import { MAX_FIRST_TRIES, MAX_SILENCE_MS, Patience } from "./patience.ts";

async function* edgesOf(pairs: readonly (readonly [number, number])[]) {
  for (const [index, [a, b]] of pairs.entries())
    yield { line: index + 1, a: BigInt(a), b: BigInt(b) };
}

/** Friends `first` with each of `count` others. */
const star = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => [first, first + i + 1] as const);

const ADDED = { changed: true, refusal: "" };

/** Patience in virtual time, which passes only while it waits. */
function virtualPatience() {
  const waits: number[] = [];
  const printed: string[] = [];
  let ms = 0;
  return {
    waits,
    printed,
    nowMs: () => ms,
    patience: new Patience({
      nowMs: () => ms,
      random: () => 1,
      print: (text) => printed.push(text),
    }),
    delay: async (waitMs: number) => {
      waits.push(waitMs);
      ms += waitMs;
      await new Promise(setImmediate);
    },
  };
}

/** Takes so many friendships, and then none for so many calls. */
function busyAfter(taken: number, refused: number) {
  let calls = 0;
  return async () => {
    const isBusy = ++calls > taken && calls <= taken + refused;
    if (isBusy) throw unavailable("the store is busy");
    return ADDED;
  };
}

async function run(
  pairs: readonly (readonly [number, number])[],
  addFriend: (pair: AddFriendRequest) => Promise<AddedPair>,
  concurrency = 8,
) {
  const counts = noCounts();
  const reported: string[] = [];
  const { patience, delay, ...time } = virtualPatience();
  const error = await importEdges(edgesOf(pairs), counts, {
    addFriends: async (request) => ({ results: await Promise.all(request.pairs.map(addFriend)) }),
    concurrency,
    patience,
    delay,
    report: (line, reason) => reported.push(`${line}: ${reason}`),
  }).catch((failure: unknown) => failure);
  return { counts, reported, error, ...time };
}

describe("an import", () => {
  test("counts what was new, what was there, and who is their own friend", async () => {
    const seen = new Set<string>();
    const addFriend = async ({ userId, friendId }: AddFriendRequest) => {
      const key = `${userId} ${friendId}`;
      const changed = !seen.has(key);
      seen.add(key);
      return { changed, refusal: "" };
    };
    const { counts } = await run(
      [
        [1, 2],
        [1, 2],
        [3, 3],
        [4, 5],
      ],
      addFriend,
      1,
    );
    expect(counts).toEqual({ ...noCounts(), imported: 2, alreadyThere: 1, selfEdges: 1 });
    expect(exitCodeOf(counts)).toBe(0);
  });

  test("has no more in flight than it may, and as many", async () => {
    let inFlight = 0;
    let most = 0;
    const addFriend = async () => {
      most = Math.max(most, ++inFlight);
      await new Promise(setImmediate);
      inFlight--;
      return ADDED;
    };
    const { counts } = await run(star(1, 100), addFriend, 7);
    expect(most).toBe(7);
    expect(counts.imported).toBe(100);
  });

  test("sends many friendships in a call, and several calls at a time", async () => {
    const sizes: number[] = [];
    const counts = noCounts();
    await importEdges(edgesOf(star(1, 2 * MAX_EDGES_PER_CALL + 5)), counts, {
      addFriends: async ({ pairs }) => {
        sizes.push(pairs.length);
        return { results: pairs.map(() => ADDED) };
      },
      concurrency: 2 * MAX_EDGES_PER_CALL,
      ...virtualPatience(),
      report: () => {},
    });
    expect(sizes).toEqual([MAX_EDGES_PER_CALL, MAX_EDGES_PER_CALL, 5]);
    expect(counts.imported).toBe(2 * MAX_EDGES_PER_CALL + 5);
  });

  test("goes on past a friendship that is refused, and names its line", async () => {
    const addFriend = async ({ friendId }: AddFriendRequest) => {
      if (friendId === 3n) return { changed: false, refusal: "1 has too many friends" };
      return ADDED;
    };
    const { counts, reported } = await run(star(1, 5), addFriend);
    expect(counts).toEqual({ ...noCounts(), imported: 4, refused: 1 });
    expect(reported).toEqual(["2: 1 has too many friends"]);
    expect(exitCodeOf(counts)).toBe(2);
  });

  test("tries again while the service is unavailable, waiting longer each time", async () => {
    let calls = 0;
    const addFriend = async () => {
      if (++calls < MAX_FIRST_TRIES) throw unavailable("starting");
      return ADDED;
    };
    const { counts, waits } = await run([[1, 2]], addFriend);
    expect(counts.imported).toBe(1);
    expect(waits).toEqual([100, 200, 400, 800, 1_600]);
  });

  test("waits a minute for a service that has taken something, and says so once", async () => {
    const { counts, printed, nowMs } = await run(star(1, 8), busyAfter(4, 20), 2);
    expect(counts.imported).toBe(8);
    expect(nowMs()).toBeGreaterThan(6_000);
    expect(printed).toEqual([
      "waiting, until 60 s went by without a friendship taken: the store is busy",
    ]);
  });

  test("gives up when a minute went by without a friendship taken", async () => {
    const { error, counts, nowMs } = await run(star(1, 100), busyAfter(4, 1_000_000), 1);
    expect(error).toMatchObject({ code: "UNAVAILABLE" });
    expect(counts.imported).toBe(4);
    expect(nowMs()).toBeGreaterThanOrEqual(MAX_SILENCE_MS);
    expect(nowMs()).toBeLessThan(MAX_SILENCE_MS + 5_000);
  });

  test("comes again when it was told to, also at the very beginning", async () => {
    let calls = 0;
    const addFriend = async () => {
      if (++calls <= 2 * MAX_FIRST_TRIES) throw unavailable("full", { retryAfterMs: 3_000 });
      return ADDED;
    };
    const { counts, waits } = await run([[1, 2]], addFriend);
    expect(counts.imported).toBe(1);
    expect(Math.min(...waits)).toBe(3_000);
  });

  test("tries again after a deadline passed, but not before anything was taken", async () => {
    const isLate = new Set([3n]);
    const addFriend = async ({ friendId }: AddFriendRequest) => {
      if (isLate.delete(friendId)) throw deadlineExceeded("too slow");
      return ADDED;
    };
    expect((await run(star(1, 3), addFriend, 1)).counts.imported).toBe(3);
    isLate.add(2n);
    expect((await run(star(1, 3), addFriend, 1)).error).toMatchObject({
      code: "DEADLINE_EXCEEDED",
    });
  });

  test("stops when the service was never there, and sends nothing more", async () => {
    let calls = 0;
    const addFriend = async () => {
      calls++;
      throw unavailable("gone");
    };
    const { error } = await run(star(1, 100), addFriend, 2);
    expect(error).toMatchObject({ code: "UNAVAILABLE" });
    expect(calls).toBeLessThanOrEqual(2 * MAX_FIRST_TRIES);
  });

  test("stops at once at any other failure, and reads no further", async () => {
    const addFriend = async ({ friendId }: AddFriendRequest) => {
      if (friendId === 10n) throw internal("broken");
      return ADDED;
    };
    const { error, counts, waits } = await run(star(1, 1_000), addFriend, 2);
    expect(error).toMatchObject({ code: "INTERNAL" });
    expect(waits).toEqual([]);
    expect(counts.imported).toBeLessThan(12);
  });

  test("begins nothing more once it is told to stop, and says what was done", async () => {
    const stopping = new AbortController();
    const counts = noCounts();
    let done = 0;
    let calls = 0;
    const { patience, delay } = virtualPatience();
    const importing = importEdges(edgesOf(star(1, 4_000)), counts, {
      addFriends: async ({ pairs }) => {
        if (++calls === 4) stopping.abort(new Error("interrupted"));
        return { results: pairs.map(() => ADDED) };
      },
      ...{ concurrency: 500, patience, delay, report: () => {}, signal: stopping.signal },
      onDone: (line) => {
        done = line;
      },
    });
    await expect(importing).rejects.toThrow("interrupted");
    expect(counts.imported).toBe(calls * MAX_EDGES_PER_CALL);
    expect(calls).toBeLessThan(8);
    expect(done).toBeGreaterThan(0);
    expect(done).toBeLessThanOrEqual(counts.imported);
  });
});
