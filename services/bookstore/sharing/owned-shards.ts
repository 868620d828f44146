import type { Clock } from "../../platform/clock/clock.ts";
import { inParallel } from "../../platform/concurrency/in-parallel.ts";
import { type DomainError, NOT_OWNER, unavailable } from "../../platform/grpc/errors/errors.ts";
import type { Logger } from "../../platform/telemetry/logger.ts";
import { type GroupSeen, Ledger, type LedgerLimits } from "../domain/ledger/ledger.ts";
import { RecordWriter } from "../domain/records/record-writer.ts";
import { Settler } from "../domain/settling/settler.ts";
import { Shard, type ShardLimits } from "../domain/shard/shard.ts";
import { ShardState } from "../domain/shard/shard-state.ts";
import type { BookIndex, Journals, Ownership, PartHolders } from "../ports.ts";
import { CallCount } from "./call-count.ts";

/** A shard that this process serves. */
export interface OwnedShard {
  readonly number: number;
  readonly ledger: Ledger;
  readonly settler: Settler;
  /** Its own, so that a shard that leaves takes its books along. */
  readonly index: BookIndex;
  readonly calls: CallCount;
}

export interface OwnedShardsDeps {
  readonly shardCount: number;
  readonly journals: Journals;
  readonly ownership: Ownership;
  readonly createHolders: (shards: OwnedShards) => PartHolders;
  readonly createIndex: () => BookIndex;
  readonly clock: Clock;
  readonly log: Logger;
  readonly limits: ShardLimits & LedgerLimits;
  readonly onGroup: (group: GroupSeen) => void;
  /** A journal takes no more: what is in memory may be more than is durable. */
  readonly onFailure: (shards: OwnedShards, shard: number, error: unknown) => void;
}

const LOADS_AT_ONCE = 8;
const RELOAD_MS = 500;
const SETTLE_RETRY_MS = 200;
const EXPIRE_EVERY_MS = 100;

/** The shards of this process: loaded before they are served, dropped when they leave. */
export class OwnedShards {
  readonly #deps: OwnedShardsDeps;
  readonly #shards = new Map<number, OwnedShard>();
  /** Those that are about to leave. */
  readonly #finishing = new Set<number>();
  readonly #holders: PartHolders;
  readonly #stopped = new AbortController();
  #expiring: Promise<void> | undefined;

  constructor(deps: OwnedShardsDeps) {
    this.#deps = deps;
    this.#holders = deps.createHolders(this);
  }

  get shardCount(): number {
    return this.#deps.shardCount;
  }

  all(): readonly OwnedShard[] {
    return [...this.#shards.values()];
  }

  /** Those that are this process's now, and take calls. */
  serving(): readonly OwnedShard[] {
    return this.all().filter((shard) => this.#isOurs(shard) && !this.#finishing.has(shard.number));
  }

  /** The shard, if it is this process's now. Throws UNAVAILABLE: NOT_OWNER. */
  own(number: number): OwnedShard {
    const shard = this.#shards.get(number);
    if (shard && this.#isOurs(shard) && !this.#finishing.has(number)) return shard;
    throw notOwner(this.#deps.ownership, number);
  }

  has(number: number): boolean {
    const isOwned = this.#shards.has(number) && this.#deps.ownership.owns(number);
    return isOwned && !this.#finishing.has(number);
  }

  /** An answer of the shard, if it was this process's all the while: one that comes back is another object. */
  async answer<T>(number: number, work: (shard: OwnedShard) => Promise<T>): Promise<T> {
    const shard = this.own(number);
    shard.calls.begin();
    try {
      const result = await work(shard);
      if (this.#isOurs(shard)) return result;
      throw notOwner(this.#deps.ownership, number);
    } finally {
      shard.calls.end();
    }
  }

  /** Takes no more calls for these shards, and resolves when those that it has taken are answered. */
  async finish(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) this.#finishing.add(number);
    await Promise.all(numbers.map((number) => this.#shards.get(number)?.calls.none()));
  }

  /** Opens the journals of these shards; whoever wrote there before writes no more. */
  async load(numbers: readonly number[]): Promise<void> {
    await inParallel(LOADS_AT_ONCE, numbers, async (number) => {
      if (this.#shards.has(number)) return;
      const shard = await this.#open(number);
      this.#shards.set(number, shard);
      shard.settler.recover();
    });
  }

  /** Loads a shard anew whose memory cannot be trusted, as long as it is this process's. */
  async reload(number: number): Promise<void> {
    const { clock, ownership, log } = this.#deps;
    this.unload([number]);
    while (ownership.owns(number) && !this.#stopped.signal.aborted && !this.#shards.has(number)) {
      try {
        await this.load([number]);
      } catch (error) {
        log.warn({ err: error, shard: number }, "could not load a shard, will try again");
        await clock.delay(RELOAD_MS);
      }
    }
  }

  /** Forgets these shards. What waits for them is told that its outcome is not known. */
  unload(numbers: readonly number[]): void {
    for (const number of numbers) {
      const shard = this.#shards.get(number);
      this.#shards.delete(number);
      this.#finishing.delete(number);
      if (!shard) continue;
      shard.settler.stop();
      shard.ledger.fail(notOwner(this.#deps.ownership, number));
      shard.ledger
        .close()
        .catch((error) => this.#deps.log.warn({ err: error }, "journal not closed"));
    }
  }

  /** Lets reservations expire while nobody asks for their books. */
  start(): void {
    this.#expiring = this.#expireForever();
  }

  async close(): Promise<void> {
    this.#stopped.abort(new Error("the process is closing"));
    await this.#expiring;
    for (const { ledger, settler } of this.all()) {
      settler.stop();
      await ledger.close();
    }
    this.#shards.clear();
  }

  async #open(number: number): Promise<OwnedShard> {
    const { shardCount, journals, createIndex, clock, limits } = this.#deps;
    const index = createIndex();
    const place = { shard: number, shardCount };
    const state = new ShardState(place, (book) => index.add(book));
    const journal = await journals.open(number, state);
    const records = new RecordWriter(journal.headerBytes);
    const ledger: Ledger = new Ledger({
      shard: new Shard(state, records, limits),
      records,
      journal,
      clock,
      limits,
      onGroup: (group) => {
        settler.look();
        this.#deps.onGroup(group);
      },
      onFailure: (error) => this.#deps.onFailure(this, number, error),
    });
    const settler = new Settler({
      ledger,
      holders: this.#holders,
      clock,
      retryMs: SETTLE_RETRY_MS,
    });
    return { number, ledger, settler, index, calls: new CallCount() };
  }

  #isOurs(shard: OwnedShard): boolean {
    const { ownership } = this.#deps;
    const { number } = shard;
    return this.#shards.get(number) === shard && ownership.owns(number) && ownership.term() !== 0;
  }

  async #expireForever(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      try {
        await this.#deps.clock.delay(EXPIRE_EVERY_MS, signal);
        await Promise.all(this.all().map(({ ledger }) => ledger.expire()));
      } catch (error) {
        if (!signal.aborted)
          this.#deps.log.warn({ err: error }, "could not let reservations expire");
      }
    }
  }
}

/** Names the owner, so that a router can go there at once. */
function notOwner(ownership: Ownership, shard: number): DomainError {
  const owner = ownership.ownerOf(shard);
  const metadata = { shard: String(shard), ...(owner !== undefined && { owner }) };
  const where = owner === undefined ? "nobody now" : owner;
  return unavailable(`shard ${shard} belongs to ${where}`, { reason: NOT_OWNER, metadata });
}
