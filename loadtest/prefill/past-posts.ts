import { writeText } from "../../population/people/texts.ts";
import type { Population } from "../../population/population.ts";
import { makePostId, POST_EPOCH_MS, type PostId } from "../../services/model/ids.ts";
import { POST, textNumber } from "../traffic/stream/steps.ts";
import { createTraffic } from "../traffic/traffic.ts";

/**
 * Nobody else stamps ids of the past: a grant begins at its own now (rule 4.3), after the last of these
 * posts. The node is the highest all the same, which stores that grant from 0 up reach last.
 */
const PAST_NODE = 1_023;
const MAX_SEQUENCE = 4_095;
const DAY_SECONDS = 86_400;

/** Posts that people wrote, oldest first. Columns: 18 bytes a post. */
export interface PastPosts {
  readonly count: number;
  readonly author: Int32Array;
  id(post: number): PostId;
  text(post: number): string;
}

export interface PastDays {
  readonly days: number;
  /** The last of them ends here, Unix ms. */
  readonly endMs: number;
  /** Of chance: another seed, other days of the same people. */
  readonly seed: number;
}

/**
 * What the people of a world posted on the last days, by their traffic at those hours (day 0 of traffic is
 * the day of the epoch of ids). Tells after each second how many seconds are done.
 */
export function makePastPosts(
  population: Population,
  { days, endMs, seed }: PastDays,
  onSeconds: (done: number) => void,
): PastPosts {
  const seconds = days * DAY_SECONDS;
  const fromSecond = Math.floor((endMs - POST_EPOCH_MS) / 1_000) - seconds;
  const stream = createTraffic(population, { seed }).stream({
    generator: 0,
    generators: 1,
    fromSecond,
    seconds,
  });
  const columns = new Columns();
  for (const { second, count, offsetUs, person, session, step, kind } of stream) {
    for (let i = 0; i < count; i++) {
      if (kind[i] !== POST) continue;
      const timeMs = POST_EPOCH_MS + second * 1_000 + Math.trunc(offsetUs[i] / 1_000);
      columns.add(person[i], timeMs, textNumber(session[i], step[i]));
    }
    onSeconds(second + 1 - fromSecond);
  }
  const { author, timeMs, sequence, number } = columns;
  return {
    count: columns.count,
    author: author.subarray(0, columns.count),
    id: (post) => makePostId(timeMs[post], PAST_NODE, sequence[post]),
    text: (post) => writeText(population.text(author[post], number[post])),
  };
}

/** Grows by halves. */
class Columns {
  count = 0;
  author = new Int32Array(1 << 16);
  timeMs = new Float64Array(1 << 16);
  /** Which of its author's texts. */
  number = new Uint32Array(1 << 16);
  /** Among those of its ms. */
  sequence = new Uint16Array(1 << 16);

  add(author: number, timeMs: number, number: number): void {
    const at = this.count++;
    if (at === this.author.length) this.#grow();
    const isSameMs = at > 0 && this.timeMs[at - 1] === timeMs;
    const sequence = isSameMs ? this.sequence[at - 1] + 1 : 0;
    if (sequence > MAX_SEQUENCE) throw new RangeError(`more than ${MAX_SEQUENCE} posts in a ms`);
    this.author[at] = author;
    this.timeMs[at] = timeMs;
    this.number[at] = number;
    this.sequence[at] = sequence;
  }

  #grow(): void {
    const length = Math.ceil(this.author.length * 1.5);
    const grown = <T extends { set(from: T): void }>(column: T, larger: T) => {
      larger.set(column);
      return larger;
    };
    this.author = grown(this.author, new Int32Array(length));
    this.timeMs = grown(this.timeMs, new Float64Array(length));
    this.number = grown(this.number, new Uint32Array(length));
    this.sequence = grown(this.sequence, new Uint16Array(length));
  }
}

/** Posts by author: those of person `p` are order[start[p]] to order[start[p + 1] - 1], oldest first. */
export interface PostsByAuthor {
  readonly start: Int32Array;
  readonly order: Int32Array;
}

export function postsByAuthor({ author, count }: PastPosts, people: number): PostsByAuthor {
  const start = new Int32Array(people + 2);
  for (const person of author) start[person + 1]++;
  for (let person = 1; person < start.length; person++) start[person] += start[person - 1];
  const next = start.slice();
  const order = new Int32Array(count);
  for (let post = 0; post < count; post++) order[next[author[post]]++] = post;
  return { start, order };
}
