import { WHEN_SHIFT, WORDS } from "./pending-steps.ts";
import type { StepBatch } from "./steps.ts";

const DIGIT_BITS = 10;
const DIGITS = 2 ** DIGIT_BITS;

type Columns = { -readonly [K in keyof StepBatch]: StepBatch[K] };

/** Puts the steps of a second in order: a radix sort of two passes, then ties by insertion. */
export class SecondSorter {
  #steps = new Int32Array(0);
  #order = new Int32Array(0);
  #swap = new Int32Array(0);
  #columns = columnsFor(0);
  readonly #starts = new Int32Array(DIGITS);

  /** Room for `count` steps, WORDS each, to be filled before `sorted`. */
  room(count: number): Int32Array {
    if (this.#order.length < count) {
      const capacity = Math.ceil(count * 1.5);
      this.#steps = new Int32Array(capacity * WORDS);
      this.#order = new Int32Array(capacity);
      this.#swap = new Int32Array(capacity);
      this.#columns = columnsFor(capacity);
    }
    return this.#steps;
  }

  sorted(second: number, count: number): StepBatch {
    for (let i = 0; i < count; i++) this.#swap[i] = i;
    this.#pass(count, this.#swap, this.#order, WHEN_SHIFT);
    this.#pass(count, this.#order, this.#swap, WHEN_SHIFT + DIGIT_BITS);
    this.#settleTies(count, this.#swap);
    return this.#spread(second, count, this.#swap);
  }

  /** The batches of one second as one; throws RangeError when they are of several. */
  merged(batches: readonly StepBatch[]): StepBatch {
    const [{ second }] = batches;
    const total = batches.reduce((sum, { count }) => sum + count, 0);
    const steps = this.room(total);
    let at = 0;
    for (const batch of batches) {
      if (batch.second !== second) throw new RangeError("streams that begin at different seconds");
      for (let i = 0; i < batch.count; i++, at += WORDS) {
        steps[at] = (batch.offsetUs[i] << WHEN_SHIFT) | (batch.step[i] << 2) | batch.kind[i];
        steps[at + 1] = batch.person[i];
        steps[at + 2] = batch.session[i];
      }
    }
    return this.sorted(second, total);
  }

  #pass(count: number, from: Int32Array, to: Int32Array, shift: number): void {
    const steps = this.#steps;
    const starts = this.#starts.fill(0);
    for (let i = 0; i < count; i++) starts[(steps[i * WORDS] >>> shift) & (DIGITS - 1)]++;
    let sum = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const size = starts[digit];
      starts[digit] = sum;
      sum += size;
    }
    for (let i = 0; i < count; i++) {
      const step = from[i];
      to[starts[(steps[step * WORDS] >>> shift) & (DIGITS - 1)]++] = step;
    }
  }

  #settleTies(count: number, order: Int32Array): void {
    for (let i = 1; i < count; i++) {
      const step = order[i];
      let at = i;
      while (at > 0 && this.#isBefore(step, order[at - 1])) {
        order[at] = order[at - 1];
        at--;
      }
      order[at] = step;
    }
  }

  #isBefore(one: number, other: number): boolean {
    const [a, b] = [one * WORDS, other * WORDS];
    const steps = this.#steps;
    if (steps[a] >>> WHEN_SHIFT !== steps[b] >>> WHEN_SHIFT) return false;
    if (steps[a + 1] !== steps[b + 1]) return steps[a + 1] < steps[b + 1];
    if (steps[a] !== steps[b]) return steps[a] < steps[b];
    return steps[a + 2] < steps[b + 2];
  }

  #spread(second: number, count: number, order: Int32Array): StepBatch {
    const steps = this.#steps;
    const columns = this.#columns;
    const { offsetUs, person, session, step, kind } = columns;
    for (let i = 0; i < count; i++) {
      const at = order[i] * WORDS;
      const when = steps[at];
      offsetUs[i] = when >>> WHEN_SHIFT;
      step[i] = (when >>> 2) & 0xff;
      kind[i] = when & 3;
      person[i] = steps[at + 1];
      session[i] = steps[at + 2];
    }
    columns.second = second;
    columns.count = count;
    return columns;
  }
}

function columnsFor(capacity: number): Columns {
  return {
    second: 0,
    count: 0,
    offsetUs: new Int32Array(capacity),
    person: new Int32Array(capacity),
    session: new Int32Array(capacity),
    step: new Uint8Array(capacity),
    kind: new Uint8Array(capacity),
  };
}
