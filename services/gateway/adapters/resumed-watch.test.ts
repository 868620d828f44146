import { expect, it } from "vitest";
import type { WatchTimelineRequest, WatchTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { type DomainError, notFound, unavailable } from "../../platform/grpc/errors/errors.ts";
import { resumedWatch } from "./resumed-watch.ts";

const REQUEST: WatchTimelineRequest = { viewerId: 1n, limit: 5, resumeCursor: "" };

function message(...ids: number[]): WatchTimelineResponse {
  const entries = ids.map((id) => ({
    postId: BigInt(id),
    authorId: 2n,
    cursor: `c${id}`,
    reasons: [],
  }));
  return { entries, degraded: [] };
}

/** Each script is one opening: its messages, then how it ends; or an error in place of all. */
type Script = readonly [readonly WatchTimelineResponse[], DomainError?];

function followed(scripts: (Script | DomainError)[]) {
  const clock = new ManualClock(0);
  const requests: WatchTimelineRequest[] = [];
  const abort = new AbortController();
  let closed = 0;
  async function* play([messages, error]: Script) {
    try {
      yield* messages;
      if (error) throw error;
    } finally {
      closed++;
    }
  }
  const source = resumedWatch(REQUEST, {
    open: async (request) => {
      requests.push(request);
      const script = scripts.shift() ?? unavailable("away");
      if (script instanceof Error) throw script;
      const messages = play(script);
      return { first: await messages.next(), messages };
    },
    clock,
    random: () => 1,
    signal: abort.signal,
  });
  const next = async () => {
    const waiting = source.next();
    let isSettled = false;
    const settled = () => {
      isSettled = true;
    };
    waiting.then(settled, settled);
    while (!isSettled) {
      await new Promise(setImmediate);
      if (!isSettled) await clock.advance(100);
    }
    return waiting;
  };
  return { next, source, requests, clock, closedCount: () => closed };
}

it("opens a stream that broke again behind the newest entry it gave", async () => {
  const { next, source, requests, closedCount } = followed([
    [[message(12, 11), message(10)], unavailable("connection lost")],
    unavailable("no owner yet"),
    [[message(13)]],
    [[message(14)]],
  ]);
  const seen = [await next(), await next(), await next(), await next()];
  expect(seen.map(({ value }) => value?.entries[0]?.postId)).toEqual([12n, 10n, 13n, 14n]);
  expect(requests.map(({ resumeCursor }) => resumeCursor)).toEqual(["", "c12", "c12", "c13"]);
  await source.return(undefined);
  expect(closedCount()).toBe(3);
});

it("resumes where a stream began that has given nothing, until it has", async () => {
  const empty = { entries: [], degraded: [], resumeCursor: "began" };
  const broken = unavailable("connection lost");
  const { next, source, requests } = followed([
    [[empty], broken],
    [[message()], broken],
    [[message(12)], broken],
    [[message(13)]],
  ]);
  for (let i = 0; i < 4; i++) await next();
  expect(requests.map(({ resumeCursor }) => resumeCursor)).toEqual(["", "began", "began", "c12"]);
  await source.return(undefined);
});

it("leaves an error before the first message, and one that waiting does not mend, to the caller", async () => {
  await expect(followed([unavailable("away")]).next()).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
  const gone = followed([[[message(1)], notFound("user", 1n)]]);
  await gone.next();
  await expect(gone.next()).rejects.toMatchObject({ code: "NOT_FOUND" });
  expect(gone.requests).toHaveLength(1);
});

it("gives up when nobody serves the timeline for too long, at a pace that slows down", async () => {
  const { next, requests, clock } = followed([[[message(1)], unavailable("gone")]]);
  await next();
  await expect(next()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  expect(clock.monotonicMs()).toBeGreaterThanOrEqual(30_000);
  expect(requests.length).toBeLessThan(25);
});
