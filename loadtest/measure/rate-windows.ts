export const WINDOW_SECONDS = 10;
/** A run that sent less of what it intended, in any window, is not the load that was asked for. */
export const LEAST_SENT_SHARE = 0.99;

export interface Window {
  readonly fromSecond: number;
  readonly intended: number;
  readonly sent: number;
  /** Of those missing: kept by the generator itself rather than by the target. */
  readonly missedByGenerator: number;
}

/** What was intended and sent in each second of the run, by the second in which it was intended. */
export class RateWindows {
  readonly intendedBySecond: number[] = [];
  readonly sentBySecond: number[] = [];
  readonly missedBySecond: number[] = [];

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

  /** Adds what another generator sent in the same seconds. */
  add(other: RateWindows): void {
    addAll(this.intendedBySecond, other.intendedBySecond);
    addAll(this.sentBySecond, other.sentBySecond);
    addAll(this.missedBySecond, other.missedBySecond);
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
    return {
      fromSecond,
      intended: sum(this.intendedBySecond),
      sent: sum(this.sentBySecond),
      missedByGenerator: sum(this.missedBySecond),
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
