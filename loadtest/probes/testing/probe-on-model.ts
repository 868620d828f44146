import { planText, writeText } from "../../../population/people/texts.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { type StartOptions, startProbe } from "../start-probe.ts";
import { ModelViewing } from "./model-viewing.ts";

/** Two watchers, who share a friend. */
export const ANN = 11;
export const BOB = 12;
export const FRIEND_OF_BOTH = 3;
export const FRIEND_OF_ANN = 1;
export const STRANGER = 99;
export const WATCHERS = {
  viewers: [ANN, BOB],
  friends: [Int32Array.of(FRIEND_OF_ANN, 2, FRIEND_OF_BOTH), Int32Array.of(FRIEND_OF_BOTH, 4)],
};

const POPULATION = {
  active: { count: 0, personAt: () => 0, has: () => true },
  friends: () => new Int32Array(),
  text: (author: number, post: number) => planText(author, post, 0),
};

/** A probe on timelines that do as told, in time that passes only by `time.advance`. */
export async function probeOnModel(
  changes: Partial<StartOptions> = {},
  viewing = new ModelViewing(),
) {
  const time = new ManualClock();
  const clock = { nowMicros: () => time.monotonicMs() * 1000 };
  const options = {
    population: POPULATION,
    seed: 1,
    clock,
    fromMicros: 0,
    readsPerSecond: 10,
    staleAfterMs: 5_000,
    lostAfterMs: 1_000,
    readyWithinMs: 1_000,
    maxExpectations: 2_000,
    ...changes,
  };
  const probe = await passing(time, startProbe(viewing, WATCHERS, options, time));
  let written = 0;
  return {
    probe,
    viewing,
    time,
    /** Lets what was sent arrive. */
    arrive: turn,
    /** The post service has it, and the probe is told. */
    write(author: number, postId: bigint) {
      const text = writeText(POPULATION.text(author, ++written));
      viewing.texts.set(postId, { author, text });
      probe.acknowledged(author, postId, clock.nowMicros(), written);
    },
    /** The load is over, and nothing waits in the target. */
    finish: () => passing(time, probe.finish({ drained: Promise.resolve() })),
    count: (name: string) => probe.counters().get(name),
    lag: () => probe.distributions([]).get("lag")?.values,
    async [Symbol.asyncDispose]() {
      await passing(time, Promise.resolve(probe[Symbol.asyncDispose]()));
    },
  };
}

/** Lets time pass until this is done, if that is what it waits for. */
async function passing<T>(time: ManualClock, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = () => {
    isDone = true;
  };
  work.then(done, done);
  for (await turn(); !isDone; await turn()) await time.advance(10);
  return work;
}

/** Runs every microtask that is pending, and what they bring. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
