import type { Call, Done } from "./driver.ts";

/** Why a call could not be written now; a closed line takes none until it is open again. */
export type Refusal = "slot" | "flow" | "closed";

export type Cancel = () => void;

/** What takes calls: a connection, or several as one. */
export interface Line {
  /** Writes the call now and returns how to give it up; or says what it has to wait for. */
  tryWrite(call: Call, done: Done): Cancel | Refusal;
  /** Why it is closed, where that is known. */
  readonly lost?: Error | undefined;
}

/** Lines in turn, past those without room. Closed only when all are. */
export class Turns implements Line {
  readonly #lines: readonly Line[];
  #next = 0;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  get lost(): Error | undefined {
    return this.#lines.find(({ lost }) => lost)?.lost;
  }

  tryWrite(call: Call, done: Done): Cancel | Refusal {
    let refusal: Refusal = "closed";
    for (let tried = 0; tried < this.#lines.length; tried++) {
      const line = this.#lines[this.#next];
      this.#next = (this.#next + 1) % this.#lines.length;
      const result = line.tryWrite(call, done);
      if (typeof result === "function") return result;
      if (result !== "closed") refusal = result;
    }
    return refusal;
  }
}
