export const WINDOW_SECONDS = 10;
/** A run that sent less of what it intended, in any window, is not the load that was asked for. */
export const LEAST_SENT_SHARE = 0.99;

export interface Window {
  readonly fromSecond: number;
  readonly intended: number;
  readonly sent: number;
  /** Of those missing: kept by the generator itself rather than by the target. */
  readonly missedByGenerator: number;
  /** Of those missing: refused by the generator's own bound on what is open. Undefined in older results. */
  readonly refused?: number;
  /** From its first second with load to its last; undefined in older results. */
  readonly seconds?: number;
}

/** What was intended and sent in each second of the run, by the second in which it was intended. */
export class RateWindows {
  readonly intendedBySecond: number[] = [];
  readonly sentBySecond: number[] = [];
  readonly missedBySecond: number[] = [];
  /** By the generator's own bound on what is begun and not over; some of these were missed, too. */
  readonly refusedBySecond: number[] = [];

  intended(micros: number): void {
    bump(this.intendedBySecond, micros, 1);
  }

  withdrawn(micros: number): void {
    bump(this.intendedBySecond, micros, -1);
  }

  sent(micros: number): void {
    bump(this.sentBySecond, micros, 1);
  }

  missedByGenerator(micros: number): void {
    bump(this.missedBySecond, micros, 1);
  }

  refused(micros: number): void {
    bump(this.refusedBySecond, micros, 1);
  }

  /** Adds what another generator sent in the same seconds. */
  add(other: RateWindows): void {
    addAll(this.intendedBySecond, other.intendedBySecond);
    addAll(this.sentBySecond, other.sentBySecond);
    addAll(this.missedBySecond, other.missedBySecond);
    addAll(this.refusedBySecond, other.refusedBySecond);
  }

  /** The window of 10 s (or the whole of a shorter run) that sent the least of what it intended. */
  worst(): Window | undefined {
    const seconds = this.intendedBySecond.length;
    let worst: Window | undefined;
    for (let from = 0; from <= Math.max(0, seconds - WINDOW_SECONDS); from++) {
      const window = this.#window(from);
      if (window.intended > 0 && (!worst || share(window) < share(worst))) worst = window;
    }
    return worst;
  }

  #window(fromSecond: number): Window {
    const sum = (seconds: readonly number[]) => {
      let total = 0;
      for (let i = fromSecond; i < fromSecond + WINDOW_SECONDS; i++) total += seconds[i] ?? 0;
      return total;
    };
    const within = this.intendedBySecond.slice(fromSecond, fromSecond + WINDOW_SECONDS);
    const hasLoad = (count: number) => count > 0;
    const first = within.findIndex(hasLoad);
    return {
      fromSecond: fromSecond + Math.max(0, first),
      seconds: within.findLastIndex(hasLoad) - first + 1,
      intended: sum(this.intendedBySecond),
      sent: sum(this.sentBySecond),
      missedByGenerator: sum(this.missedBySecond),
      refused: sum(this.refusedBySecond),
    };
  }
}

export function share({ sent, intended }: Window): number {
  return sent / intended;
}

function bump(seconds: number[], micros: number, by: number): void {
  const second = Math.max(0, Math.floor(micros / 1e6));
  while (seconds.length <= second) seconds.push(0);
  seconds[second] += by;
}

function addAll(into: number[], from: readonly number[]): void {
  from.forEach((count, second) => {
    into[second] = (into[second] ?? 0) + count;
  });
  for (let i = 0; i < into.length; i++) into[i] ??= 0;
}
