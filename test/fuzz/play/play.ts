import { once } from "node:events";
import { inParallel } from "../../../services/platform/concurrency/in-parallel.ts";
import { InFlight } from "./in-flight.ts";
import { NumberedCalls } from "./numbered-calls.ts";
import { type Fault, Tally } from "./tally.ts";
import { type FuzzTarget, KINDS, type Kind } from "./target.ts";

export interface Play {
  readonly targets: readonly FuzzTarget[];
  readonly seed: number;
  /** The first call's number; 0 by default. */
  readonly from?: number;
  readonly calls: number;
  /** So many are answered before the next are made. */
  readonly batch?: number;
  /** Resolves when one of those that are asked has ended, with how. */
  readonly broken: Promise<string>;
  /** After each batch: what came of all, and the number of the first that was not made. */
  readonly onBatch?: (tally: Tally, next: number) => Promise<void>;
  /** A target's first, as it happens. */
  readonly onFault?: (fault: Fault) => void;
  readonly unansweredMs?: number;
  /** Aborted, no further batch is made. */
  readonly signal?: AbortSignal;
}

/** Streams mostly wait, for what does not come. */
const AT_ONCE: Readonly<Record<Kind, number>> = { unary: 256, stream: 512, route: 48 };
/** A batch ends with half a second for its last streams. */
const BATCH = 50_000;
/** Long after its deadline: whoever has not answered by then never will. */
const UNANSWERED_MS = 60_000;

/** Makes the calls of a seed, many at a time; ends early when they are not answered any more. */
export async function play(options: Play): Promise<Tally> {
  const { from = 0, batch = BATCH, unansweredMs = UNANSWERED_MS, signal } = options;
  const run = new Run(options);
  using _ = run.inFlight.watch(unansweredMs, (late) => run.lose(`no answer to call ${late}`));
  options.broken.then((how) => run.lose(how));
  const end = from + options.calls;
  for (let first = from; first < end && !run.isLost && !signal?.aborted; first += batch) {
    const next = Math.min(first + batch, end);
    await run.make(first, next);
    if (!run.isLost) await options.onBatch?.(run.tally, next);
  }
  return run.tally;
}

class Run {
  readonly tally = new Tally();
  readonly inFlight = new InFlight();
  readonly #calls: NumberedCalls;
  readonly #onFault: (fault: Fault) => void;
  readonly #lost = new AbortController();
  readonly #isOver = once(this.#lost.signal, "abort");

  constructor({ seed, targets, onFault = () => {} }: Play) {
    this.#calls = new NumberedCalls(seed, targets);
    this.#onFault = onFault;
  }

  get isLost(): boolean {
    return this.#lost.signal.aborted;
  }

  /** Resolves when all calls are answered, or it is lost. */
  async make(first: number, end: number): Promise<void> {
    const { signal } = this.#lost;
    const lanes = KINDS.map((kind) =>
      inParallel(AT_ONCE[kind], this.#calls.of(kind, first, end), (n) => this.#ask(n), { signal }),
    );
    const made = Promise.all(lanes).catch((error) => {
      if (!this.isLost) throw error;
    });
    await Promise.race([made, this.#isOver]);
  }

  /** No more is asked; the oldest call that waits is the first suspect. */
  lose(how: string): void {
    if (this.isLost) return;
    const numbers = this.inFlight.numbers();
    const number = numbers[0] ?? 0;
    const said = `${how}; calls in flight: ${numbers.join(" ")}`;
    const fault = { number, target: this.#calls.targetOf(number).name, said };
    this.tally.addFault(fault);
    this.#onFault(fault);
    this.#lost.abort();
  }

  async #ask(number: number): Promise<void> {
    const { name, ask } = this.#calls.targetOf(number);
    const ended = this.inFlight.begin(number);
    const outcome = await ask(this.#calls.randomOf(number));
    ended();
    if (this.isLost) return;
    const fault = this.tally.add(name, number, outcome);
    if (fault) this.#onFault(fault);
  }
}
