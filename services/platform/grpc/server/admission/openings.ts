/** In one turn of the event loop, by all callers: some 15 ms of work where each begins with a page. */
const A_TURN = 32;

/** What waits of one caller, in the order in which it came. */
class Line {
  #waiting: (() => void)[] = [];
  #next = 0;

  add(begin: () => void): void {
    this.#waiting.push(begin);
  }

  take(): () => void {
    const begin = this.#waiting[this.#next++];
    if (2 * this.#next > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    return begin;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }
}

/**
 * Opens streams a few a turn of the event loop, callers by turns. A stream that stays open holds no place, so its opening
 * is bounded by nothing else: whoever opens ten thousand at once would have everybody else's calls wait for all of
 * them. None is refused for it: a gateway whose owner was replaced has as many to open, and they are opened as
 * fast as before.
 */
export class Openings {
  readonly #lines = new Map<string, Line>();
  #begun = 0;
  #isTimed = false;

  /** Now, or in its turn. */
  begin(caller: string, begin: () => void): void {
    if (this.#lines.size > 0 || this.#begun >= A_TURN)
      this.#lines.getOrInsertComputed(caller, () => new Line()).add(begin);
    else {
      this.#begun++;
      begin();
    }
    this.#inNextTurn();
  }

  #inNextTurn(): void {
    if (this.#isTimed) return;
    this.#isTimed = true;
    setImmediate(() => {
      this.#isTimed = false;
      this.#begun = 0;
      this.#turn();
    });
  }

  #turn(): void {
    while (this.#begun < A_TURN && this.#lines.size > 0) {
      const [[caller, line]] = this.#lines;
      const begin = line.take();
      // Behind all others.
      this.#lines.delete(caller);
      if (!line.isEmpty) this.#lines.set(caller, line);
      this.#begun++;
      begin();
    }
    if (this.#lines.size > 0) this.#inNextTurn();
  }
}
