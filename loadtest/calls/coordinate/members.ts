import type { Clock } from "../../../services/platform/clock/clock.ts";

export interface MembersOptions {
  readonly clock: Clock;
  /** A sentence that names the machine. */
  readonly onSilent: (why: string) => void;
}

/** Each machine says so often that it is there, from when it has joined until it has said what it measured. */
export const ALIVE_EVERY_MS = 2_000;
const LOOK_MS = 1_000;
/** Looks without a word of a machine: it is dead, or cut off. */
const SILENT_LOOKS = 15;

interface Member {
  readonly name: string;
  /** Looks since it was heard. Of looks, and not of a clock: when this process stood still nobody was silent. */
  silent: number;
  isDone: boolean;
}

/** The machines of a run, and which of them are lost. */
export class Members implements Disposable {
  /** Why, in a sentence, by the index of the machine. */
  readonly lost = new Map<number, string>();
  readonly #members: Member[] = [];
  readonly #over = new AbortController();

  constructor({ clock, onSilent }: MembersOptions) {
    this.#watch(clock, onSilent).catch(() => {}); // rejects when it is over
  }

  get count(): number {
    return this.#members.length;
  }

  /** Its index. */
  joined(name: string): number {
    return this.#members.push({ name, silent: 0, isDone: false }) - 1;
  }

  /** As "Machine 2 (host-b, 192.0.2.7)". */
  nameOf(index: number): string {
    return `Machine ${index + 1} (${this.#of(index).name})`;
  }

  heard(index: number): void {
    this.#of(index).silent = 0;
  }

  /** It has said what it measured, though it may have been given up before. */
  isDone(index: number): void {
    this.#of(index).isDone = true;
    this.lost.delete(index);
  }

  /** The sentence that says so. */
  gaveUp(index: number, problem: string): string {
    return this.#lose(index, `gave up: ${problem}`);
  }

  /** All that have not said what they measured. */
  giveUpAll(why: string): void {
    for (const [index, { isDone }] of this.#members.entries()) {
      if (!isDone && !this.lost.has(index)) this.#lose(index, `${why}.`);
    }
  }

  #of(index: number): Member {
    const member = this.#members[index];
    if (member) return member;
    throw new RangeError(`index: ${index} is no machine of this run, which has ${this.count}.`);
  }

  #lose(index: number, why: string): string {
    const sentence = `${this.nameOf(index)} ${why}`;
    this.lost.set(index, sentence);
    return sentence;
  }

  async #watch(clock: Clock, onSilent: (why: string) => void): Promise<void> {
    for (;;) {
      await clock.delay(LOOK_MS, this.#over.signal);
      for (const [index, member] of this.#members.entries()) {
        if (member.isDone || this.lost.has(index) || ++member.silent < SILENT_LOOKS) continue;
        const seconds = (SILENT_LOOKS * LOOK_MS) / 1000;
        onSilent(this.#lose(index, `has not been heard from for ${seconds} s.`));
      }
    }
  }

  [Symbol.dispose](): void {
    this.#over.abort();
  }
}
