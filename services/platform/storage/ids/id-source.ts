import type { PostId } from "../../../model/ids.ts";
import type { Clock } from "../../clock/clock.ts";
import { notBegun } from "../../grpc/errors/errors.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { ClockGuard, MAX_CLOCK_DIFFERENCE_MS } from "./clock-guard.ts";
import type { GrantStore } from "./grants.ts";
import { type IdGrant, IdStamper, type Refusal } from "./stamper.ts";

/** Gives ids that are unique in the mesh and rise within this process. */
export interface IdSource {
  /** UNAVAILABLE: the grant ended and could not be extended, or the clock is not to be trusted. */
  next(): PostId;
  /** Ends the grant, so that the node can be used again at once. */
  close(): Promise<void>;
}

export interface IdSourceOptions {
  readonly grants: GrantStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** How far ahead a grant reaches, ms. */
  readonly grantMs?: number;
}

const DEFAULT_GRANT_MS = 10_000;
/** Extensions happen so many times within a grant: one may fail without anybody noticing. */
const EXTENSIONS_PER_GRANT = 4;

const REFUSALS: Record<Refusal, string> = {
  "grant-ended": "no ids: the grant has ended and could not be extended yet",
  "clock-behind": "no ids: the clock was set back behind the last id",
};

/** Takes a grant and keeps extending it until closed (rule 4.3). */
export async function startIdSource(options: IdSourceOptions): Promise<IdSource> {
  const { grants, clock } = options;
  const grantMs = options.grantMs ?? DEFAULT_GRANT_MS;
  const nowMs = clock.nowMs();
  const { grant, storeTimeMs } = await grants.acquire(nowMs, nowMs + grantMs);
  const guard = new ClockGuard(storeTimeMs ?? clock.nowMs(), clock.monotonicMs());
  const source = new GrantedIds(options, grant, grantMs, guard);
  source.start();
  return source;
}

class GrantedIds implements IdSource {
  readonly #options: IdSourceOptions;
  readonly #grant: IdGrant;
  readonly #grantMs: number;
  readonly #guard: ClockGuard;
  readonly #stamper: IdStamper;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: IdSourceOptions, grant: IdGrant, grantMs: number, guard: ClockGuard) {
    this.#options = options;
    this.#grant = grant;
    this.#grantMs = grantMs;
    this.#guard = guard;
    this.#stamper = new IdStamper(grant);
  }

  start(): void {
    this.#loop = this.#keepExtending();
  }

  next(): PostId {
    const { clock } = this.#options;
    const nowMs = clock.nowMs();
    if (!this.#guard.isTrusted(nowMs, clock.monotonicMs())) {
      throw notBegun(`no ids: the clock is over ${MAX_CLOCK_DIFFERENCE_MS} ms off; correct it`);
    }
    const id = this.#stamper.next(nowMs);
    if (typeof id === "string") throw notBegun(REFUSALS[id]);
    return id;
  }

  async close(): Promise<void> {
    this.#stopping.abort(new Error("the id source is closing"));
    await this.#loop;
    const { grants, log } = this.#options;
    try {
      await grants.release(this.#grant, this.#stamper.unusedFromMs);
    } catch (error) {
      log.warn({ err: error, node: this.#grant.node }, "id grant not released: it will run out");
    }
  }

  async #keepExtending(): Promise<void> {
    const { clock, log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      try {
        await clock.delay(this.#grantMs / EXTENSIONS_PER_GRANT, this.#stopping.signal);
        await this.#extend();
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        log.error({ err: error, node: this.#grant.node }, "id grant not extended, will try again");
      }
    }
  }

  async #extend(): Promise<void> {
    const { clock, grants } = this.#options;
    // From the reference, not the wall: a clock that is off must not carry the grant away with it.
    const toMs = Math.floor(this.#guard.referenceAt(clock.monotonicMs())) + this.#grantMs;
    const { storeTimeMs } = await grants.extend(this.#grant, toMs);
    this.#stamper.extendTo(toMs);
    const seenAtMs = clock.monotonicMs();
    if (storeTimeMs === undefined) this.#guard.followWall(clock.nowMs(), seenAtMs);
    else this.#guard.see(storeTimeMs, seenAtMs);
  }
}
