import { Random } from "../kernel/random.ts";
import { Sampler } from "../kernel/sampler.ts";
import { Servers } from "../kernel/servers.ts";
import { Stalls } from "../kernel/stalls.ts";
import type { Model } from "../model.ts";
import { STREAM, stallSeed } from "./streams.ts";

/** The wide-column store, as one place where so many requests are worked on at a time. */
export class Cql {
  readonly requests: Servers;
  readonly #reads: Sampler;
  readonly #writes: Sampler;

  constructor({ delays, stalls, settings }: Model, seed: number) {
    const stall = new Stalls(stalls.cql, 1, stallSeed(seed, "cql"));
    // Its stalls are of the whole: every request asks as server 0.
    const shared = { end: (_: number, start: number, work: number) => stall.end(0, start, work) };
    this.requests = new Servers(settings.cql.concurrent, shared);
    this.#reads = new Sampler(delays.cqlRead, new Random(seed, STREAM.cqlReads));
    this.#writes = new Sampler(delays.cqlWrite, new Random(seed, STREAM.cqlWrites));
  }

  /** When a read that is sent now is answered. */
  read(at: number): number {
    return this.requests.serve(at, this.#reads.draw());
  }

  write(at: number): number {
    return this.requests.serve(at, this.#writes.draw());
  }
}
