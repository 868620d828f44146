/**
 * The invariant of the mesh over seeded histories: the real worker, relay, timeline handlers and
 * embedded entry store, with faults between all of them (see mesh/). A seed that fails is printed with a
 * shortened history.
 *
 *     npm test -- test/simulation                     the seeds of every run
 *     SIM_SEEDS=1000 npm test -- test/simulation      so many seeds
 *     npm run simulate -- --seed 42                   this one, by itself
 *     npm run simulate -- --seed 1 --hours 100        one seed after another, for so long
 */
import { expect, it } from "vitest";
import {
  drawSteps,
  LATER_SEEDS,
  RANKED_SEEDS,
  TELLING_SEEDS,
  WATCHING_SEEDS,
} from "./history/steps.ts";
import { simulate } from "./simulate.ts";
import { tellFailure } from "./tell-failure.ts";

const SEEDS = Number(process.env.SIM_SEEDS ?? 60);
const STEPS = Number(process.env.SIM_STEPS ?? 120);
const SEED_LIMIT_MS = 10_000;

/**
 * Rare histories that found a fault: the index let go of what was left of a ranked scroll; a new friend's
 * posts were cut off by others of theirs that are pulled; who was made inactive amid a scroll went on in an index that had
 * not read yet what the ring had shown; a creation that was told again came into a fill before the index had read its deletion;
 * a page went by the friends of before for whom a change had made pull-only meanwhile; a change that was told after its event was
 * never followed to its end; a page had from the ring what a new friend had deleted while the two were apart;
 * the last delivery of an event failed when an earlier one had done, and pages went on without an index; a ranked page
 * lacked the posts of who was on the way into the ring, and did not say so; a stream was not told what was pushed to a viewer
 * of whom nothing was kept then, nor what lay below the floor of a ring that was filled again, nor of all that a first page of
 * a new friend's lacked; pages lost what the ring had shown of a friend of whom word came again; a page went by a list that was
 * older than the word of a change.
 */
const FOUND = [
  285, 500_026, 5_000_595, 4_001_979, 5_001_325, 10_000_029, 10_000_155, 10_000_271, 10_001_024,
  13_000_018, 13_000_035, 13_000_103, 13_000_267, 13_001_003, 13_001_033, 13_001_133,
];
const KINDS = [TELLING_SEEDS, LATER_SEEDS, RANKED_SEEDS, WATCHING_SEEDS];
const seedOf = (i: number) => KINDS[i % KINDS.length] + i;
const seeds = [...FOUND, ...Array.from({ length: SEEDS }, (_, i) => seedOf(i))];
const timeout = 20_000 + seeds.length * SEED_LIMIT_MS;

it(`keeps its promises over ${seeds.length} histories`, { timeout }, async () => {
  const events = new Map<string, number>();
  for (const seed of seeds) {
    const outcome = await simulate(seed, drawSteps(seed, STEPS));
    if (outcome.problem) expect.fail(await tellFailure(seed, STEPS, outcome.problem));
    for (const [event, count] of outcome.events)
      events.set(event, (events.get(event) ?? 0) + count);
  }
  // A simulation that never gets into trouble proves nothing.
  expect([...events.keys()]).toEqual(expect.arrayContaining([...TROUBLE]));
});

const TROUBLE = [
  "a row of unknown outcome is stored",
  "an interval opens",
  "an interval closes",
  "the clock of the post service was set",
  "the clock of the post service is behind",
  "a timeline dies",
  "the number of owners changes",
  "idle timelines lapse",
  "a promised entry is looked for",
  "a promised entry of a ranked scroll is looked for",
  "a page says FILLING",
  "a page says COLD_SLOW",
  "a page says POSTS_UNAVAILABLE",
  "a page says FRIENDS_UNAVAILABLE",
  "a page says RANKING_UNAVAILABLE",
  "pages know of a friend change before its event",
  "pages say that they lack a friend change",
  "an owner is not told of a friend change",
  "an owner dies after a friend change",
  "an owner cannot ask what it was not told",
  "a live stream opens",
  "a live stream is cut",
  "a count lacks nothing",
  "a count says what it lacks",
  "a dead letter is replayed",
  "a dead letter is dropped",
  "a dead letter is lost, whose post is looked for",
];

it("lives through the same history twice", async () => {
  const lives = [await simulate(7, drawSteps(7, STEPS)), await simulate(7, drawSteps(7, STEPS))];
  expect(lives[0]).toEqual(lives[1]);
});
