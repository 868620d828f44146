import type { Clock } from "../../../../platform/clock/clock.ts";
import { generationTimeMs } from "../../../../platform/storage/leases/lease-keeper.ts";
import type { LeaseRows } from "../../../../platform/storage/leases/lease-rows.ts";
import type { Logger } from "../../../../platform/telemetry/logger.ts";

export interface OlderWritersDeps {
  /** Those of the outbox, without which nobody changes an edge. */
  readonly leases: Pick<LeaseRows, "list" | "read">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Behind the name of a lease's holder: one that tells of changes. */
const ANNOUNCES = " (announces)";
const LOOK_EVERY_MS = 15_000;
/** Four looks have failed by then. */
const LOOK_TRUSTED_MS = 60_000;
/** A list that was read so soon after an older process began may have been read before anybody had seen that one. */
const BEGINNING_MS = 3_600_000;

export function announcingHolder(name: string): string {
  return name + ANNOUNCES;
}

/**
 * Friend services of an earlier version change edges, and tell nobody. While one of them may be at it, lists are
 * not read from what is packed, and nothing is packed; and what was packed before it began does not count any more.
 * They are known by the leases of their outboxes: who holds none changes nothing. Those of dead processes stay
 * for 14 days, longer than a packed list.
 */
export class OlderWriters {
  readonly #deps: OlderWritersDeps;
  /** Generations of which nothing more is to be known. */
  #known = new Set<bigint>();
  #goneByMs: number | undefined;
  #lastBeganMs = 0;
  #lookedMs = -Infinity;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(deps: OlderWritersDeps) {
    this.#deps = deps;
  }

  /** Until when lists may have changed without a word, Unix ms; undefined: they may at this moment. */
  goneByMs(): number | undefined {
    const isTrusted = this.#deps.clock.monotonicMs() - this.#lookedMs <= LOOK_TRUSTED_MS;
    return isTrusted ? this.#goneByMs : undefined;
  }

  /** Looks, and then again and again until closed. */
  async start(): Promise<void> {
    await this.look();
    this.#loop = this.#run();
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error("the friend service is closing"));
    await this.#loop;
  }

  async look(): Promise<void> {
    const { leases, clock } = this.#deps;
    const lookedMs = clock.monotonicMs();
    const generations = await leases.list();
    const known = new Set(generations.filter((generation) => this.#known.has(generation)));
    let areSomeLeft = false;
    for (const generation of generations) {
      const row = known.has(generation) ? undefined : await leases.read(generation);
      if (!row) continue;
      const isOlder = !row.holder.endsWith(ANNOUNCES);
      // What a dead process left half done is completed by who looks after it, and told of.
      const isOver = row.looks > 0;
      if (isOlder) this.#lastBeganMs = Math.max(this.#lastBeganMs, generationTimeMs(generation));
      if (isOlder && !isOver) areSomeLeft = true;
      else known.add(generation);
    }
    this.#known = known;
    this.#lookedMs = lookedMs;
    this.#set(areSomeLeft ? undefined : this.#lastBeganMs + BEGINNING_MS);
  }

  #set(goneByMs: number | undefined): void {
    const isNews = (goneByMs === undefined) !== (this.#goneByMs === undefined);
    this.#goneByMs = goneByMs;
    if (!isNews) return;
    const how = goneByMs === undefined ? "as rows, for an older friend service runs" : "packed";
    this.#deps.log.info(`lists of friends are read ${how}`);
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#deps;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await clock.delay(LOOK_EVERY_MS, signal);
        await this.look();
      } catch (err) {
        if (!signal.aborted)
          log.warn({ err }, "could not look for older friend services, will try again");
      }
    }
  }
}
