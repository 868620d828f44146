import { expect, test } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { decodeHistogram, quantile } from "../../measure/histogram.ts";
import { simulateDay } from "../simulate-day.ts";
import { plainModel } from "../testing/plain-model.ts";
import { LagWindows } from "./lags/lag-windows.ts";
import { Mesh } from "./mesh.ts";

const SEED = 3;
const offPercent = (actual: number, wanted: number) => 100 * Math.abs(actual / wanted - 1);

test("a light load waits for nothing but what each step takes: embedded", () => {
  const model = plainModel({ engine: "embedded", postsPerSecond: 1, owners: 1, workers: 1 });
  const { lag } = simulateDay(model, { seed: SEED, fromSecond: 0, seconds: 600 });
  const { post, friend, fanout, timeline } = model.costs;
  const onQueue = post.publish + 400 + 100;
  const asking = fanout.message + fanout.friendsCall + 100;
  const listing = friend.call + friend.list + 200 * friend.friend + 100;
  const cutting = 200 * fanout.friend + fanout.piece + fanout.appendCall + 100;
  const entries = 100 * (timeline.stored + timeline.dropped);
  const appending = timeline.call + timeline.piece + entries + 200;
  const expected = onQueue + asking + listing + cutting + appending;
  expect(offPercent(present(lag.p50Micros), expected)).toBeLessThan(0.5);
});

test("a relay's posts wait for the end of its turn: half of one, and then all but its mark", () => {
  const postsPerSecond = 1_000;
  const model = plainModel({ postsPerSecond, owners: 1, workers: 2 });
  const { costs, processes } = model;
  const until = 60e6;
  const lags = new LagWindows(0, until, 1);
  const span = { fromMicros: 0, untilMicros: until };
  const mesh = new Mesh({ ...model, processes: { ...processes, post: 1 } }, SEED, span, lags);
  mesh.parts.posts.start();
  mesh.events.run(until);
  const { outbox } = mesh.parts.posts;
  // A turn reads, publishes and marks what came in the turn before.
  const aPost = costs.post.publish + costs.broker.message;
  const turn = (1_000 + 2_000 + 900) / (1 - (aPost * postsPerSecond) / 1e6);
  expect(offPercent(outbox.staysUntil(until) / outbox.left, 1.5 * turn - 900)).toBeLessThan(2);
});

test("appends to an owner are 20 ms apart, and posts wait 10 ms more; full calls do not wait", () => {
  const seconds = 60;
  const run = (postsPerSecond: number) => {
    const model = plainModel({ postsPerSecond, owners: 1, workers: 1 });
    const { fanout } = model.settings;
    const together = { ...model, settings: { ...model.settings, fanout } };
    const atOnce = { ...fanout, callSpacingMs: 0 };
    const apart = { ...model, settings: { ...model.settings, fanout: atOnce } };
    const options = { seed: SEED, fromSecond: 0, seconds };
    return { spaced: simulateDay(together, options), unspaced: simulateDay(apart, options) };
  };
  const { spaced, unspaced } = run(300);
  expect(offPercent(spaced.counts.appendCalls, seconds * 50)).toBeLessThan(2);
  expect(unspaced.counts.appendCalls).toBeGreaterThan(3 * spaced.counts.appendCalls);
  const waited = (present(spaced.lag.p50Micros) - present(unspaced.lag.p50Micros)) / 1_000;
  expect(Math.abs(waited - 10)).toBeLessThan(1);
  // 2,000 entries are 10 posts: 2,000 posts a second fill 200 calls.
  const { counts } = run(2_000).spaced;
  expect(offPercent(counts.pieces / counts.appendCalls, 10)).toBeLessThan(10);
});

test("an owner that stands still is late for its own viewers alone", () => {
  const seconds = 200;
  const model = plainModel({ postsPerSecond: 100, owners: 2, workers: 1 });
  const outages = [{ what: "owner", index: 1, fromSecond: 50, seconds: 4 }] as const;
  const options = { seed: SEED, fromSecond: 0, seconds, outages };
  const { lag } = simulateDay(model, options);
  const lags = decodeHistogram(lag.histogram);
  // Posts of 3.5 s, and half of their viewers.
  const late = 3.5 / 2 / seconds;
  expect(quantile(lags, 1 - 1.2 * late)).toBeLessThan(500_000);
  expect(quantile(lags, 1 - 0.8 * late)).toBeGreaterThan(500_000);
  expect(lag.maxMicros / 1e6).toBeGreaterThan(3.9);
});
