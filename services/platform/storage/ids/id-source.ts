import type { PostId } from "../../../model/ids.ts";
import type { Clock } from "../../clock/clock.ts";
import { notBegun } from "../../grpc/errors/errors.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { ClockGuard, MAX_CLOCK_DIFFERENCE_MS, type TimeSample } from "./clock-guard.ts";
import { GRANT_MS, type GrantStore } from "./grants.ts";
import { type IdGrant, IdStamper, MAX_STEP_BACK_MS } from "./stamper.ts";

/** Gives ids that are unique in the mesh and rise within this process. */
export interface IdSource {
  /** UNAVAILABLE, nothing begun: there is no grant, or the clock is not to be trusted. */
  next(): PostId;
  /** Tells now, and whenever it changes, why there are no ids; undefined while there are. */
  watch(listener: (refusal: string | undefined) => void): void;
  /** Ends the grant, so that the node can be used again at once. */
  close(): Promise<void>;
}

export interface IdSourceOptions {
  readonly grants: GrantStore;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Looks at the clocks and extensions within a grant: some may fail without anybody noticing. */
const LOOKS_PER_GRANT = 4;

/**
 * Takes a grant and keeps extending it until closed (rule 4.3). While the clock is not to be trusted there
 * is none, and no id; that ends by itself. UNAVAILABLE: the store can't be asked.
 */
export async function startIdSource(options: IdSourceOptions): Promise<IdSource> {
  const { grants, clock } = options;
  const newestMs = await grants.newestMs();
  const sample = await sampleOf(grants, clock);
  const { timeMs, monotonicMs } = sample ?? {
    timeMs: clock.nowMs(),
    monotonicMs: clock.monotonicMs(),
  };
  const source = new GrantedIds(options, newestMs, new ClockGuard(timeMs, monotonicMs));
  await source.start();
  return source;
}

class GrantedIds implements IdSource {
  readonly #options: IdSourceOptions;
  readonly #guard: ClockGuard;
  readonly #stopping = new AbortController();
  readonly #listeners: ((refusal: string | undefined) => void)[] = [];
  /** No id is stamped at or before this time, Unix ms. */
  #newestMs: number;
  #grant: IdGrant | undefined;
  #stamper: IdStamper | undefined;
  #told: string | undefined;
  #loop: Promise<void> | undefined;

  constructor(options: IdSourceOptions, newestMs: number, guard: ClockGuard) {
    this.#options = options;
    this.#newestMs = newestMs;
    this.#guard = guard;
  }

  async start(): Promise<void> {
    await this.#keepGrant();
    this.#tell();
    this.#loop = this.#keepLooking();
  }

  next(): PostId {
    const nowMs = this.#options.clock.nowMs();
    const id = this.#clockRefusal(nowMs) ?? this.#stamper?.next(nowMs) ?? NO_GRANT;
    if (typeof id !== "string") return id;
    this.#tell();
    throw notBegun(`nothing was stored, try again: this process has no ids, for ${id}`);
  }

  watch(listener: (refusal: string | undefined) => void): void {
    this.#listeners.push(listener);
    listener(this.#told);
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error("the id source is closing"));
    await this.#loop;
    const { grants, log } = this.#options;
    if (!this.#grant || !this.#stamper) return;
    try {
      await grants.release(this.#grant, this.#stamper.unusedFromMs);
    } catch (error) {
      log.warn({ err: error, node: this.#grant.node }, "id grant not released: it will run out");
    }
  }

  async #keepLooking(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        await clock.delay(GRANT_MS / LOOKS_PER_GRANT, this.#stopping.signal);
        await this.#keepGrant();
        await this.#lookAtClocks();
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        log.error({ err: error, node: this.#grant?.node }, "id grant not kept, will try again");
      }
      this.#tell();
    }
  }

  async #lookAtClocks(): Promise<void> {
    const { clock, grants } = this.#options;
    const sample = await sampleOf(grants, clock);
    if (sample) this.#guard.see(sample);
    else this.#guard.followWall(clock.nowMs(), clock.monotonicMs());
  }

  /** Extends the grant; takes one where there is none, or where it has become another's. */
  async #keepGrant(): Promise<void> {
    const { clock, grants } = this.#options;
    const nowMs = clock.nowMs();
    // From the reference, not the wall: a clock that is off must not carry the grant away with it.
    const toMs = Math.floor(this.#guard.referenceAt(clock.monotonicMs())) + GRANT_MS;
    if (!this.#grant) {
      if (this.#clockRefusal(nowMs) === undefined) await this.#acquire(nowMs);
    } else if (toMs > this.#grant.toMs) {
      const extended = await grants.extend(this.#grant, toMs);
      if (extended) this.#hold(extended);
      else this.#lose(this.#grant);
    }
  }

  /** The process stood still, or the store was away, for longer than a grant: the next look takes another. */
  #lose({ node }: IdGrant): void {
    this.#options.log.error({ node }, "id grant lost: it ended, and another process took the node");
    if (this.#stamper) this.#newestMs = Math.max(this.#newestMs, this.#stamper.unusedFromMs - 1);
    this.#grant = undefined;
    this.#stamper = undefined;
  }

  async #acquire(nowMs: number): Promise<void> {
    const fromMs = Math.max(Math.floor(nowMs), this.#newestMs + 1);
    this.#hold(await this.#options.grants.acquire(fromMs, fromMs + GRANT_MS));
  }

  #hold(grant: IdGrant): void {
    this.#grant = grant;
    this.#stamper ??= new IdStamper(grant);
    this.#stamper.extendTo(grant.toMs);
  }

  /** Why the clock can't be stamped by; undefined when it can. */
  #clockRefusal(nowMs: number): string | undefined {
    const referenceMs = this.#guard.referenceAt(this.#options.clock.monotonicMs());
    const differenceMs = Math.round(nowMs - referenceMs);
    if (Math.abs(differenceMs) > MAX_CLOCK_DIFFERENCE_MS) {
      const what = this.#options.grants.storeTimeMs ? "the database's" : "what it was before";
      return `the clock is ${differenceMs} ms off ${what}; correct it`;
    }
    if (nowMs >= this.#newestMs - MAX_STEP_BACK_MS) return undefined;
    const newest = new Date(this.#newestMs).toISOString();
    return `the clock is behind the newest id stored, of ${newest}; correct it`;
  }

  #tell(): void {
    const { clock, log } = this.#options;
    const nowMs = clock.nowMs();
    const refusal =
      this.#clockRefusal(nowMs) ?? (this.#stamper ? this.#stamper.refusalAt(nowMs) : NO_GRANT);
    if (refusal === this.#told) return;
    const hasChanged = (refusal === undefined) !== (this.#told === undefined);
    this.#told = refusal;
    if (!hasChanged) return;
    if (refusal === undefined) log.info("ids again");
    else log.error({ why: refusal }, "no ids");
    for (const listener of this.#listeners) listener(refusal);
  }
}

const NO_GRANT = "it has no grant of ids yet";

/** The store's time, paired with the middle of the round trip; undefined when it has none. */
async function sampleOf(grants: GrantStore, clock: Clock): Promise<TimeSample | undefined> {
  if (!grants.storeTimeMs) return undefined;
  const sentMs = clock.monotonicMs();
  const timeMs = await grants.storeTimeMs();
  const uncertaintyMs = (clock.monotonicMs() - sentMs) / 2;
  return { timeMs, monotonicMs: sentMs + uncertaintyMs, uncertaintyMs };
}
