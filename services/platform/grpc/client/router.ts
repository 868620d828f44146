import type { Clock } from "../../clock/clock.ts";
import { systemClock } from "../../clock/system-clock.ts";
import {
  type DomainCode,
  DomainError,
  NO_OWNER,
  NOT_OWNER,
  unavailable,
} from "../errors/errors.ts";
import { ownersByShard, type ShardMap } from "./shard-map.ts";

export type { ShardMap };

/** A client of one owner, and the way to let go of it. */
export interface RoutedClient<C> {
  readonly client: C;
  close(): void;
}

export interface ShardRouterOptions<C> {
  /** Who owns what now; asked at first use and after signs of change, one question at a time. */
  readonly lookup: () => Promise<ShardMap>;
  readonly connect: (address: string) => RoutedClient<C>;
  /** At least so long between two lookups, ms; 200 by default. */
  readonly minRefreshMs?: number;
  readonly clock?: Clock;
}

const DEFAULT_MIN_REFRESH_MS = 200;
/** While somebody waits for a shard that moves: a map is small, and the wait is what people see of a move. */
const WAITING_REFRESH_MS = 50;
/** A map is kept against older ones for so long: versions go by clocks, and one may have been wrong. */
const MAX_KEPT_MS = 30_000;
/** A process that no map has named for so long is gone; until then its streams may well be alive. */
const VANISHED_MS = 30_000;
const SIGNS_OF_CHANGE: ReadonlySet<DomainCode> = new Set(["UNAVAILABLE", "DEADLINE_EXCEEDED"]);

/** Finds the owner of a shard, and one time again when the first is no longer the owner. */
export interface ShardRouter<C> extends Disposable {
  /** Calls the shard's owner. On UNAVAILABLE with NOT_OWNER asks who it is, and calls that one, once. */
  call<T>(shard: number, use: (client: C) => Promise<T>): Promise<T>;
  /** The owner's address as far as known; undefined before the first lookup or when there is none. */
  ownerOf(shard: number): string | undefined;
  /** The client of an owner, for those who gather the work of many shards. */
  clientAt(address: string): C;
  /** Asks for the owners now, unless it was just asked. */
  refresh(): Promise<void>;
  /**
   * Resolves as soon as the shard is known to be another's than `former`, or with false after `ms`. Whoever waits
   * asks nobody: the lookups are those of all.
   */
  movedFrom(former: string | undefined, shard: number, ms: number): Promise<boolean>;
  close(): void;
}

export function createShardRouter<C>(options: ShardRouterOptions<C>): ShardRouter<C> {
  return new CachedShardRouter(options);
}

class CachedShardRouter<C> implements ShardRouter<C> {
  readonly #options: ShardRouterOptions<C>;
  readonly #clock: Clock;
  readonly #clients = new Map<string, RoutedClient<C>>();
  #owners: (string | undefined)[] = [];
  #refreshing: Promise<void> | undefined;
  #refreshedMs = -Infinity;
  #version: bigint | number = 0;
  #adoptedMs = -Infinity;
  #isClosed = false;
  /** Since when the map has not named them. */
  readonly #vanished = new Map<string, number>();

  constructor(options: ShardRouterOptions<C>) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  async call<T>(shard: number, use: (client: C) => Promise<T>): Promise<T> {
    if (this.#owners[shard] === undefined) await this.refresh();
    const first = this.#owners[shard];
    if (first === undefined)
      throw unavailable(`shard ${shard} has no known owner now`, { reason: NO_OWNER });
    try {
      return await use(this.clientAt(first));
    } catch (error) {
      const next = await this.#nextOwner(shard, error);
      if (next === undefined || next === first) throw error;
      this.#owners[shard] = next;
      return await use(this.clientAt(next));
    }
  }

  ownerOf(shard: number): string | undefined {
    return this.#owners[shard];
  }

  clientAt(address: string): C {
    let routed = this.#clients.get(address);
    if (!routed) {
      routed = this.#options.connect(address);
      this.#clients.set(address, routed);
    }
    return routed.client;
  }

  refresh(): Promise<void> {
    return this.#refresh(this.#options.minRefreshMs ?? DEFAULT_MIN_REFRESH_MS);
  }

  #refresh(minRefreshMs: number): Promise<void> {
    if (this.#refreshing) return this.#refreshing;
    if (this.#clock.monotonicMs() - this.#refreshedMs < minRefreshMs) return Promise.resolve();
    this.#refreshing = this.#lookup().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async movedFrom(former: string | undefined, shard: number, ms: number): Promise<boolean> {
    const { minRefreshMs = DEFAULT_MIN_REFRESH_MS } = this.#options;
    const everyMs = Math.min(minRefreshMs, WAITING_REFRESH_MS);
    const untilMs = this.#clock.monotonicMs() + ms;
    for (;;) {
      const owner = this.#owners[shard];
      if (owner !== undefined && owner !== former) return true;
      if (this.#isClosed || this.#clock.monotonicMs() >= untilMs) return false;
      await this.#clock.delay(everyMs);
      await this.#refresh(everyMs).catch(() => {});
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const { close } of this.#clients.values()) close();
    this.#clients.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #lookup(): Promise<void> {
    this.#refreshedMs = this.#clock.monotonicMs();
    const map = await this.#options.lookup();
    const nowMs = this.#clock.monotonicMs();
    // Any process may answer, also one that has not looked for a while.
    if (map.version < this.#version && nowMs - this.#adoptedMs < MAX_KEPT_MS) return;
    this.#version = map.version;
    this.#adoptedMs = nowMs;
    this.#owners = ownersByShard(map);
    this.#closeVanished(new Set(map.owners.map(({ address }) => address)), nowMs);
  }

  #closeVanished(present: ReadonlySet<string>, nowMs: number): void {
    for (const [address, routed] of this.#clients) {
      if (present.has(address)) {
        this.#vanished.delete(address);
        continue;
      }
      const sinceMs = this.#vanished.getOrInsert(address, nowMs);
      if (nowMs - sinceMs < VANISHED_MS) continue;
      this.#clients.delete(address);
      this.#vanished.delete(address);
      routed.close();
    }
  }

  /** Whom to ask after `error`; undefined when the error says nothing about the owner. */
  async #nextOwner(shard: number, error: unknown): Promise<string | undefined> {
    if (!(error instanceof DomainError) || !SIGNS_OF_CHANGE.has(error.code)) return undefined;
    if (error.reason !== NOT_OWNER) {
      // The owner may be gone, or stand still: later calls profit; this one is its caller's to repeat.
      this.refresh().catch(() => {});
      return undefined;
    }
    await this.refresh().catch(() => {});
    return error.metadata.owner || this.#owners[shard];
  }
}
