import type { Step, StepSource } from "./step.ts";

/** Steps read ahead of their time, so that their times can be announced to the pacer thread. */
export class Lookahead {
  readonly #source: StepSource;
  #steps: Step[] = [];
  #head = 0;
  #lastMicros = 0;
  #exhausted = false;
  #isStopped = false;

  constructor(source: StepSource) {
    this.#source = source;
  }

  /** Nothing is left, here or in the source. */
  get isEmpty(): boolean {
    return this.#exhausted && this.#head === this.#steps.length;
  }

  /** The run is ending: nothing begins any more. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Reads the next step from the source. Throws when it goes back in time. */
  read(): Step | undefined {
    if (this.#exhausted) return undefined;
    const next = this.#source.next();
    if (next.done) {
      this.#exhausted = true;
      return undefined;
    }
    const step = next.value;
    if (step.intendedMicros < this.#lastMicros) {
      throw new RangeError(
        `A step at ${step.intendedMicros} us came after one at ${this.#lastMicros} us: a source yields in order of time.`,
      );
    }
    this.#lastMicros = step.intendedMicros;
    this.#steps.push(step);
    return step;
  }

  /** The first step that is due. */
  takeDue(nowMicros: number): Step | undefined {
    const step = this.#steps[this.#head];
    if (!step || step.intendedMicros > nowMicros) return undefined;
    this.#head++;
    if (this.#head === this.#steps.length) {
      this.#steps = [];
      this.#head = 0;
    }
    return step;
  }

  /** Reads no more: the run is ending. */
  stop(): void {
    this.#exhausted = true;
    this.#isStopped = true;
    this.#steps = [];
    this.#head = 0;
  }
}
