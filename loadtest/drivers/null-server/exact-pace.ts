/** Says when a call is answered: calls back then, or at once with a refusal. */
export type Pace = (answered: (isRefused: boolean) => void) => void;

/** More work than this does not wait. */
const MOST_WAITING_MS = 200;
/** Timers count whole ms. */
const TIMER_MS = 1;

/**
 * One worker that takes calls in order of arrival, each for the same time, and refuses what would wait too
 * long. Its work is virtual: it costs nothing, so that it can do exactly so many a second on any machine.
 */
export class ExactWorker {
  readonly #serviceMs: number;
  #freeAtMs = 0;

  constructor(perSecond: number) {
    this.#serviceMs = 1_000 / perSecond;
  }

  /** When a call that comes now will be done; undefined: it is refused. */
  take(nowMs: number): number | undefined {
    if (this.#freeAtMs - nowMs > MOST_WAITING_MS) return undefined;
    this.#freeAtMs = Math.max(this.#freeAtMs, nowMs) + this.#serviceMs;
    return this.#freeAtMs;
  }
}

interface Waiting {
  readonly doneAtMs: number;
  readonly answered: (isRefused: boolean) => void;
}

/** Of a whole server: all its connections share the worker. One timer for the next that is done. */
export function exactPace(perSecond: number): Pace {
  const worker = new ExactWorker(perSecond);
  let waiting: Waiting[] = [];
  let isTimed = false;
  const answerSoon = () => {
    isTimed = true;
    setTimeout(answerDue, TIMER_MS);
  };
  const answerDue = () => {
    const nowMs = performance.now();
    const due = waiting.findIndex(({ doneAtMs }) => doneAtMs > nowMs);
    const answers = due < 0 ? waiting : waiting.slice(0, due);
    waiting = due < 0 ? [] : waiting.slice(due);
    for (const { answered } of answers) answered(false);
    isTimed = false;
    if (waiting.length > 0) answerSoon();
  };
  return (answered) => {
    const doneAtMs = worker.take(performance.now());
    if (doneAtMs === undefined) {
      answered(true);
      return;
    }
    waiting.push({ doneAtMs, answered });
    if (!isTimed) answerSoon();
  };
}
