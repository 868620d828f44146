import { expect, test } from "vitest";
import { MAX_TEXT_PLAN_BYTES } from "../../../population/people/texts.ts";
import { createPopulation } from "../../../population/population.ts";
import { type StepBatch, textNumber, timeUs } from "../stream/steps.ts";
import { createTraffic } from "../traffic.ts";
import { ghzMessages } from "./ghz.ts";
import { dueSteps } from "./live.ts";
import { ndjson } from "./ndjson.ts";

const POPULATION = createPopulation({ people: 1_000_000, seed: 4 });
const TRAFFIC = createTraffic(POPULATION, { seed: 4 });
const SLICE = { generator: 0, generators: 1, fromSecond: 3_600, seconds: 30 };

test("a line of NDJSON holds a step, and a post its text", () => {
  const lines = [...ndjson(TRAFFIC.stream(SLICE), POPULATION)].join("").trimEnd().split("\n");
  const steps = lines.map((line) => JSON.parse(line));
  const [batch] = TRAFFIC.stream(SLICE);
  const { person, session } = batch;
  const first = { timeUs: timeUs(batch, 0), person: person[0], session: session[0] };
  expect(steps[0]).toMatchObject(first);
  const posts = steps.filter(({ kind }) => kind === "post");
  expect(posts.length).toBeGreaterThan(50);
  for (const post of posts) {
    const number = textNumber(post.session, post.step);
    expect(post.text).toEqual(POPULATION.text(post.person, number));
    expect(post.text.bytes).toBeLessThanOrEqual(MAX_TEXT_PLAN_BYTES);
  }
  const others = steps.filter(({ kind }) => kind !== "post");
  expect(new Set(others.map(({ kind }) => kind))).toEqual(new Set(["open", "page", "scroll"]));
  expect(others.every(({ text }) => text === undefined)).toBe(true);
});

test("ghz gets the messages of first pages and posts", () => {
  const messages = [...ghzMessages(TRAFFIC.stream(SLICE), POPULATION)].map(({ message }) =>
    JSON.parse(message),
  );
  expect(messages.some(({ viewerId }) => typeof viewerId === "string")).toBe(true);
  const texts = messages.flatMap(({ text }) => text ?? []);
  expect(texts.length).toBeGreaterThan(50);
  for (const text of texts)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_TEXT_PLAN_BYTES);
});

/** Passes over time at once, and now and then late, as a real clock does. */
function handClock(startMicros: number) {
  let now = startMicros;
  let waits = 0;
  return {
    nowMicros: () => now,
    until(micros: number) {
      now = Math.max(now, micros + (waits++ % 3 === 2 ? 250_000 : 0));
      return Promise.resolve();
    },
  };
}

test("live, every step comes once, in order, and never before it is due", async () => {
  const startMicros = 5e9;
  const clock = handClock(startMicros);
  const fromUs = SLICE.fromSecond * 1e6;
  const came: number[] = [];
  const sizes = new Set<number>();
  for await (const { batch, from, to } of dueSteps(TRAFFIC.stream(SLICE), clock, {
    startMicros,
    fromUs,
  })) {
    sizes.add(to - from);
    for (let i = from; i < to; i++) {
      came.push(timeUs(batch, i));
      expect(startMicros + timeUs(batch, i) - fromUs).toBeLessThanOrEqual(clock.nowMicros());
    }
  }
  expect(came).toEqual(timesOf(TRAFFIC.stream(SLICE)));
  expect(sizes.size).toBeGreaterThan(2);
});

function timesOf(batches: Iterable<StepBatch>): readonly number[] {
  const times: number[] = [];
  for (const batch of batches) {
    for (let i = 0; i < batch.count; i++) times.push(timeUs(batch, i));
  }
  return times;
}
