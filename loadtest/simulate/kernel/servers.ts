import type { Stalls } from "./stalls.ts";

/**
 * Servers that take one piece of work at a time, in the order in which it is given to them: all
 * that a first-come-first-served queue needs is when each is free again. Callers give work in the
 * order of time.
 */
export class Servers {
  /** us of work done, without stalls. */
  busy = 0;
  readonly #free: Float64Array;
  #turn = 0;
  readonly #stalls: Pick<Stalls, "end"> | undefined;

  constructor(count: number, stalls?: Pick<Stalls, "end">) {
    this.#free = new Float64Array(count);
    this.#stalls = stalls;
  }

  get count(): number {
    return this.#free.length;
  }

  freeAt(server: number): number {
    return this.#free[server];
  }

  /** When work given to this server at `at` is done. */
  serveAt(server: number, at: number, work: number): number {
    const free = this.#free[server];
    const start = at > free ? at : free;
    const end = this.#stalls ? this.#stalls.end(server, start, work) : start + work;
    this.#free[server] = end;
    this.busy += work;
    return end;
  }

  /** As `serveAt`, by one that is free, or else the first that will be: one queue before all. */
  serve(at: number, work: number): number {
    this.#turn = this.#turn + 1 < this.#free.length ? this.#turn + 1 : 0;
    if (this.#free[this.#turn] <= at) return this.serveAt(this.#turn, at, work);
    let first = 0;
    for (let server = 1; server < this.#free.length; server++) {
      if (this.#free[server] < this.#free[first]) first = server;
    }
    return this.serveAt(first, at, work);
  }

  /** Does nothing until then: paused, or dead and started again. */
  holdUntil(server: number, micros: number): void {
    this.#free[server] = Math.max(this.#free[server], micros);
  }
}
