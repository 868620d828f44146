import { describe, expect, test } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { LagWindows } from "./mesh/lags/lag-windows.ts";
import { Mesh } from "./mesh/mesh.ts";
import type { Model } from "./model.ts";
import { simulateDay } from "./simulate-day.ts";
import { plainModel } from "./testing/plain-model.ts";

const SEED = 5;
const offPercent = (actual: number, wanted: number) => 100 * Math.abs(actual / wanted - 1);

/**
 * Little's law: mean depth = rate * mean stay. Depths are looked at every so often in what the
 * queue holds; stays are sums over messages of leaving less coming. 100,000 looks leave a tenth of
 * what is allowed.
 */
describe.each(["embedded", "cql"] as const)(
  "Little's law on every queue of %s engines",
  (engine) => {
    test("holds within 2%", () => {
      const model = plainModel({ engine, postsPerSecond: 900, owners: 4, workers: 2 });
      const authors = [
        { friends: 200, share: 0.995 },
        { friends: 11_000, share: 0.005 },
      ];
      const seconds = 200;
      const until = seconds * 1e6;
      const span = { fromMicros: 0, untilMicros: until };
      const lags = new LagWindows(0, until, 1);
      const mesh = new Mesh(
        { ...model, audience: { authors, activeShare: 0.5 } },
        SEED,
        span,
        lags,
      );
      const sums = {
        outbox: 0,
        posts: 0,
        postsInHand: 0,
        chunks: 0,
        chunksInHand: 0,
        appendCalls: 0,
      };
      const names = Object.keys(sums) as (keyof typeof sums)[];
      const stepMicros = 1_993;
      const look = mesh.events.kind(() => {
        const depths = mesh.depths();
        for (const name of names) sums[name] += depths[name];
        mesh.events.at(mesh.events.now + stepMicros, look);
      });
      mesh.events.at(0, look);
      mesh.parts.posts.start();
      mesh.events.run(until);
      const { posts, queues } = mesh.parts;
      const stays = {
        outbox: posts.outbox.staysUntil(until),
        posts: queues.posts.ready.staysUntil(until),
        postsInHand: queues.posts.inHand.staysUntil(until),
        chunks: queues.chunks.ready.staysUntil(until),
        chunksInHand: queues.chunks.inHand.staysUntil(until),
        appendCalls: mesh.stages.reduce((sum, { lanes }) => sum + lanes.callMicros, 0),
      };
      for (const name of names) {
        const depth = (sums[name] * stepMicros) / until;
        const wanted = stays[name] / until;
        // A queue that is as good as empty has nothing to hold.
        if (wanted > 0.001) expect(offPercent(depth, wanted), name).toBeLessThan(2);
        else expect(depth, name).toBeLessThan(0.002);
      }
      for (const { inHand } of Object.values(queues)) expect(inHand.left).toBeGreaterThan(500);
    });
  },
);

/**
 * The workers' threads are what limits: no calls to pay for, so what a post takes is known. One
 * relay: of two, one would come back first from its back-off, and publish all it has before the
 * other's.
 */
function limitedByWorkers(postsPerSecond: number): { model: Model; capacity: number } {
  const plain = plainModel({ postsPerSecond, owners: 1, workers: 2, friends: 200 });
  const fanout = { message: 1_000, friendsCall: 0, friend: 30, piece: 0, appendCall: 0 };
  const costs = { ...plain.costs, fanout };
  const microsAPost = 1_000 + 200 * 30;
  const processes = { ...plain.processes, post: 1 };
  return { model: { ...plain, costs, processes }, capacity: (2 * 1e6) / microsAPost };
}

describe("an hour without the broker", () => {
  const rate = 100;
  const { model, capacity } = limitedByWorkers(rate);
  const [from, hour] = [600, 3_600];
  const drain = (rate * hour) / (capacity - rate);
  const options = { seed: SEED, fromSecond: 0, seconds: 600 + hour + Math.ceil(drain) + 900 };
  const outages = [{ what: "broker", fromSecond: from, seconds: hour }] as const;
  const result = simulateDay(model, { ...options, outages });
  const undisturbed = simulateDay(model, options);
  const { windows, windowSeconds } = result;
  const windowAt = (second: number) => Math.floor(second / windowSeconds);

  test("loses nothing: the same posts as without it", () => {
    expect(result.counts.posts).toBe(undisturbed.counts.posts);
    expect(result.counts.delivered).toBe(undisturbed.counts.delivered);
    expect(result.counts.deliveries).toBe(undisturbed.counts.deliveries);
    expect(result.counts.redeliveries).toBeGreaterThanOrEqual(0);
  });

  test("who posts in it waits for its end, and for those before", () => {
    for (const waited of [600, 1_800, 3_000]) {
      const at = windowAt(from + waited);
      const middle = (at + 0.5) * windowSeconds - from;
      const lag = hour - middle + (rate * middle) / capacity;
      expect(offPercent(present(windows.p50Micros[at]) / 1e6, lag)).toBeLessThan(2);
    }
    expect(offPercent(Math.max(...windows.depth.outbox), rate * hour)).toBeLessThan(2);
  });

  test("lag is normal again after backlog / (capacity - rate)", () => {
    const normal = 2 * present(undisturbed.lag.p99Micros);
    const last = windows.p50Micros.findLastIndex((lag) => present(lag) > normal);
    const back = (last + 1) * windowSeconds - from - hour;
    expect(offPercent(back, drain)).toBeLessThan(2);
    // The workers are all that is full until then.
    const during = windows.utilisation.fanout.slice(windowAt(from + hour) + 2, last - 1);
    expect(Math.min(...during)).toBeGreaterThan(0.98);
  });
});

test("a full broker refuses, and what it refuses waits in the outbox", () => {
  const { model } = limitedByWorkers(1_000);
  const settings = { ...model.settings, bus: { maxMessages: 2_000, messagesAtOnce: 1 } };
  const result = simulateDay({ ...model, settings }, { seed: SEED, fromSecond: 0, seconds: 60 });
  const { depth } = result.windows;
  expect(Math.max(...depth.posts) + Math.max(...depth.postsInHand)).toBeLessThanOrEqual(2_000);
  expect(Math.max(...depth.postsInHand)).toBeLessThanOrEqual(2 * model.settings.fanout.prefetch);
  expect(present(depth.outbox.at(-1))).toBeGreaterThan(30_000);
  expect(result.counts.held).toBe(0);
  expect(result.counts.delivered).toBe(result.counts.posts);
});

test("an owner that stands still stops the workers once they hold all they may", () => {
  const model = plainModel({ postsPerSecond: 500, owners: 2, workers: 1 });
  const outages = [{ what: "owner", fromSecond: 20, seconds: 20 }] as const;
  const result = simulateDay(model, { seed: SEED, fromSecond: 0, seconds: 60, outages });
  const { depth, p50Micros } = result.windows;
  expect(depth.postsInHand[35]).toBe(model.settings.fanout.prefetch);
  expect(depth.posts[35]).toBeGreaterThan(0.9 * (500 * 15 - model.settings.fanout.prefetch));
  // Calls stand for 5 s, and then for a back-off; nothing else is slow once they get through.
  expect(present(p50Micros[22]) / 1e6).toBeGreaterThan(17);
  expect(present(p50Micros[55]) / 1e6).toBeLessThan(0.1);
  expect(result.counts.timedOutCalls).toBeGreaterThan(2);
  expect(result.counts.delivered).toBe(result.counts.posts);
});
