import { expect, it } from "vitest";
import { Follower, type StreamMessage } from "./follower.ts";

const message = (...ids: bigint[]): StreamMessage => ({
  entries: ids.map((postId) => ({ postId, cursor: `c${postId}` })),
  isCut: false,
});

/** Plays one script an opening, then stays open; an error in place of a script is an opening that fails. */
function followed(scripts: (readonly StreamMessage[] | Error)[], expected: readonly bigint[] = []) {
  const cursors: string[] = [];
  const stop = new AbortController();
  const isOver = Promise.withResolvers<void>();
  stop.signal.addEventListener("abort", () => isOver.resolve());
  const follower = new Follower({
    retryMs: 0,
    expected: () => expected,
    open: async function* (cursor) {
      cursors.push(cursor);
      const script = scripts.shift();
      if (script instanceof Error) throw script;
      yield* script ?? [];
      if (!script) await isOver.promise;
    },
  });
  const done = follower.follow(stop.signal);
  const end = async () => {
    stop.abort();
    await done;
  };
  return { follower, cursors, end, signal: stop.signal };
}

it("resumes behind the newest entry, or where a stream began that showed nothing", async () => {
  const { follower, cursors, end, signal } = followed([
    new Error("nobody there"),
    [{ entries: [], resumeCursor: "began", isCut: false }],
    [message(5n), message(9n, 3n)],
    [message(10n)],
  ]);
  await follower.through([3n, 10n], signal);
  await end();
  expect(cursors.slice(0, 4)).toEqual(["", "", "began", "c9"]);
  expect(follower.breaks).toBeGreaterThanOrEqual(2);
});

it("knows what it was not shown, and forgives what a stream named as missing", async () => {
  const cut = { ...message(20n), isCut: true };
  const { follower, end, signal } = followed(
    [[message(10n)], [cut], [message(30n)]],
    [10n, 15n, 20n],
  );
  await follower.through([30n], signal);
  await end();
  expect(follower.unseen([10n, 15n, 20n, 25n, 30n])).toEqual([25n]);
  expect(follower.named).toBe(1);
});
