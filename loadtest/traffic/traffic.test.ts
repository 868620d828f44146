import { expect, test } from "vitest";
import { CELLS } from "../../population/people/cells.ts";
import { createPopulation } from "../../population/population.ts";
import { digestOf, encodeRecords } from "./output/records.ts";
import { mergeStreams } from "./stream/merge.ts";
import type { StepStream } from "./stream/step-stream.ts";
import { type StepBatch, timeUs } from "./stream/steps.ts";
import { createTraffic } from "./traffic.ts";

const PEOPLE = 20_000_000;
const POPULATION = createPopulation({ people: PEOPLE, seed: 7 });
const TRAFFIC = createTraffic(POPULATION, { seed: 7 });
/** 20:00 in the largest zone of home. */
const EVENING = 25 * 3_600;
const ALONE = { generator: 0, generators: 1, fromSecond: EVENING, seconds: 60 };

/** Of ALONE. Another digest: other traffic than was recorded, for every seed. */
const GOLDEN = "05107bfedbb9b8ac009b062e505ce6aed1ea52f8a5d886971e80a9f72b1f4bd7";

/** A batch's columns are used again: what is looked at later has to be copied. */
const digestsBySecond = (batches: Iterable<StepBatch>) =>
  Array.from(batches, (batch) => digestOf([batch]));

const parts = (generators: number): readonly StepStream[] =>
  Array.from({ length: generators }, (_, generator) =>
    TRAFFIC.stream({ ...ALONE, generator, generators }),
  );

test("a stream is the same on every machine and in every run, and another for another seed", () => {
  expect(digestOf(TRAFFIC.stream(ALONE))).toBe(GOLDEN);
  expect(digestOf(createTraffic(POPULATION, { seed: 7 }).stream(ALONE))).toBe(GOLDEN);
  expect(digestOf(createTraffic(POPULATION, { seed: 8 }).stream(ALONE))).not.toBe(GOLDEN);
});

test.each([3, 7])("%d generators together make what one makes", (generators) => {
  expect(digestOf(mergeStreams(parts(generators)))).toBe(GOLDEN);
});

test("as many generators as cells, each with its own", () => {
  const generator = CELLS - 1;
  const [batch] = TRAFFIC.stream({ ...ALONE, generator, generators: CELLS, seconds: 1 });
  expect(batch.second).toBe(EVENING);
  const most = { ...ALONE, generator: CELLS, generators: CELLS + 1 };
  expect(() => TRAFFIC.stream(most)).toThrow(
    "generators: 1025 is not a whole number from 1 to 1024",
  );
});

test("a stream that begins later goes on as one that began before", () => {
  const whole = digestsBySecond(TRAFFIC.stream(ALONE));
  const later = { ...ALONE, fromSecond: EVENING + 45, seconds: 15 };
  expect(digestsBySecond(TRAFFIC.stream(later))).toEqual(whole.slice(45));
  const midnight = TRAFFIC.stream({ ...ALONE, fromSecond: -5, seconds: 10 });
  const day = TRAFFIC.stream({ ...ALONE, fromSecond: 0, seconds: 5 });
  expect(digestsBySecond(midnight).slice(5)).toEqual(digestsBySecond(day));
});

test("steps are ordered by time, person and step, and of a session's steps none is missing", () => {
  const next = new Map<string, number>();
  const faults: string[] = [];
  let ties = 0;
  let before: readonly number[] = [];
  for (const batch of TRAFFIC.stream({ ...ALONE, seconds: 100 })) {
    for (let i = 0; i < batch.count; i++) {
      const [person, session, step] = [batch.person[i], batch.session[i], batch.step[i]];
      const now = [timeUs(batch, i), person, step, session];
      if (now[0] === before[0]) ties++;
      const differing = now.findIndex((value, at) => value !== before[at]);
      if (now[differing] < before[differing]) faults.push(`${now} after ${before}`);
      before = now;
      const name = `${person} ${session}`;
      // Of sessions that were going on at the start, the first steps are not seen.
      const expected = next.get(name) ?? (step === 0 ? 0 : step);
      if (step !== expected) faults.push(`${name}: step ${step} after ${expected - 1}`);
      next.set(name, step + 1);
    }
  }
  expect(faults).toEqual([]);
  // Or the order of ties went untested.
  expect(ties).toBeGreaterThan(10);
});

test("a record holds a step in 20 bytes", () => {
  const [batch] = TRAFFIC.stream(ALONE);
  const bytes = encodeRecords(batch, 1, 3);
  const view = new DataView(bytes.buffer);
  expect(bytes).toHaveLength(40);
  expect(view.getFloat64(20, true)).toBe(timeUs(batch, 2));
  expect(view.getInt32(28, true)).toBe(batch.person[2]);
  expect(view.getInt32(32, true)).toBe(batch.session[2]);
  expect([...bytes.subarray(36)]).toEqual([batch.step[2], batch.kind[2], 0, 0]);
});

test("memory is bounded by the sessions in progress", () => {
  const stream = TRAFFIC.stream({ ...ALONE, generators: 8, seconds: 6_000 });
  const bytes = Array.from(stream, () => stream.pendingBytes);
  expect(bytes.at(-1)).toBe(bytes[2_500]);
});
