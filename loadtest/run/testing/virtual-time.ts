import type { Engine } from "../engine.ts";

interface Event {
  readonly atMicros: number;
  readonly order: number;
  readonly act: () => void;
}

/** When the generator's event loop stands still: nothing is sent, and no answer is seen. */
export interface Freeze {
  readonly fromMicros: number;
  readonly toMicros: number;
}

/** Time in which nothing takes any: servers and engines run in it exactly as their models say. */
export class VirtualTime {
  #nowMicros = 0;
  #events: Event[] = [];
  #order = 0;
  readonly #freezes: readonly Freeze[];

  constructor(freezes: readonly Freeze[] = []) {
    this.#freezes = freezes;
  }

  nowMicros(): number {
    return this.#nowMicros;
  }

  /** Runs `act` at a time, or when the generator's loop runs again. */
  at(atMicros: number, act: () => void): void {
    const event = { atMicros: this.#thawed(atMicros), order: this.#order++, act };
    // Few events are pending at once: an insertion from the end is enough.
    let i = this.#events.length;
    while (i > 0 && before(event, this.#events[i - 1])) i--;
    this.#events.splice(i, 0, event);
  }

  /** Runs everything, advancing the engine at each intended time and, for deadlines, now and then. */
  run(engine: Engine, intendedMicros: readonly number[], checkMicros = 1_000): void {
    const advance = () => engine.advance();
    let next = 0;
    const arrive = () => {
      advance();
      if (next < intendedMicros.length) this.at(intendedMicros[next++], arrive);
    };
    arrive();
    const checkDeadlines = () => {
      engine.advance();
      if (!engine.isDone) this.at(this.#nowMicros + checkMicros, checkDeadlines);
    };
    this.at(0, checkDeadlines);
    this.drain();
  }

  #thawed(micros: number): number {
    const freeze = this.#freezes.find((f) => micros >= f.fromMicros && micros < f.toMicros);
    return freeze?.toMicros ?? micros;
  }

  /** Runs what is pending, and what that brings. */
  drain(): void {
    for (let event = this.#events.shift(); event; event = this.#events.shift()) {
      this.#nowMicros = event.atMicros;
      event.act();
    }
  }
}

function before(a: Event, b: Event): boolean {
  return a.atMicros < b.atMicros || (a.atMicros === b.atMicros && a.order < b.order);
}
