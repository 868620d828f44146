import type { Answer, Check } from "../checks/check.ts";

/** The status of a call whose answer was not what it should be: none that a target gives. */
export const CHECK_FAILED = 1_000;

interface Kind {
  readonly operation: string;
  readonly what: string;
  /** The first. */
  readonly example: string;
  count: number;
}

const MAX_SHOWN = 160;

/** Which checks did not hold, how often, and an example of each. */
export class FailedChecks {
  readonly #kinds = new Map<string, Kind>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  add(operation: string, what: string, answer: Answer): void {
    const key = `${operation}\n${what}`;
    const known = this.#kinds.get(key);
    this.#total++;
    if (known) known.count++;
    else this.#kinds.set(key, { operation, what, example: exampleOf(answer), count: 1 });
  }

  sentences(): readonly string[] {
    return [...this.#kinds.values()].map(
      ({ operation, what, example, count }) =>
        `${operation}: ${what} did not hold ${count} times; first of ${example}`,
    );
  }
}

/** The status that counts. Undefined: nothing is checked, and the answer's own is it. */
export function firstBroken(checks: readonly Check[], answer: Answer): Check | undefined {
  return checks.find((check) => {
    try {
      return !check.holds(answer);
    } catch {
      return true; // what can't be decoded is not what it should be
    }
  });
}

function exampleOf(answer: Answer): string {
  let text: string;
  try {
    text = answer.text();
  } catch (error) {
    text = (error as Error).message;
  }
  const shown = text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
  return `status ${answer.status}: ${shown}`;
}
