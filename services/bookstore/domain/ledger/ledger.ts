import type { Clock } from "../../../platform/clock/clock.ts";
import {
  DomainError,
  deadlineExceeded,
  unavailable,
} from "../../../platform/grpc/errors/errors.ts";
import type { Journal } from "../../ports.ts";
import type { RecordWriter } from "../records/record-writer.ts";
import { expireDue } from "../shard/change-order.ts";
import type { Shard } from "../shard/shard.ts";
import { snapshotOf } from "../shard/snapshot.ts";
import { type Waiting, WaitingLine } from "./waiting-line.ts";

export interface LedgerLimits {
  /** Orders (and other changes) that may wait for their turn. */
  readonly maxWaiting: number;
  /** Orders (and other changes) of one group. */
  readonly maxGroup: number;
}

export interface LedgerDeps {
  readonly shard: Shard;
  readonly records: RecordWriter;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly limits: LedgerLimits;
  /** The journal takes no more: what is in memory may be more than is durable. */
  readonly onFailure: (error: unknown) => void;
  /** After every group that is durable. */
  readonly onGroup?: (group: GroupSeen) => void;
}

/** What metrics and pictures want to know of a group. */
export interface GroupSeen {
  readonly weight: number;
  readonly bytes: number;
  /** How long its first call had waited when it began, ms. */
  readonly waitedMs: number;
  /** How long it took to be durable, ms. */
  readonly commitMs: number;
}

export interface Turn {
  /** Unix ms. */
  readonly deadlineMs: number;
  readonly weight?: number;
}

const EXPIRED_PER_GROUP = 1_000;
const RETRY_AFTER_FULL_MS = 100;

/**
 * Takes the calls for a shard in the order in which they arrive. Whatever waits when the journal is free
 * is decided in one go, written as one group, and answered when that is durable; what arrives meanwhile
 * is the next group. So a hundred calls for one book cost one sync, or one conditional write.
 */
export class Ledger {
  readonly shard: Shard;
  readonly #deps: LedgerDeps;
  readonly #line: WaitingLine;
  #running: Promise<void> | undefined;
  #snapshot: Promise<void> | undefined;
  #committing: Promise<void> | undefined;
  #failure: unknown;

  constructor(deps: LedgerDeps) {
    this.shard = deps.shard;
    this.#deps = deps;
    this.#line = new WaitingLine(deps.limits.maxWaiting);
  }

  /** Orders (and other changes) that wait for their turn. */
  get waiting(): number {
    return this.#line.weight;
  }

  /**
   * Runs `work` in its turn; resolves to its result once all that it saw and told is durable. `work`
   * must not throw once it has told something. RESOURCE_EXHAUSTED: too many wait. DEADLINE_EXCEEDED: its
   * turn came too late. UNAVAILABLE: the journal failed, and whether it is done is not known.
   */
  submit<T>(work: (shard: Shard) => T, { deadlineMs, weight = 1 }: Turn): Promise<T> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      let result: T;
      const hasRoom = this.#line.join({
        weight,
        deadlineMs,
        arrivedMs: this.#deps.clock.monotonicMs(),
        run: () => {
          result = work(this.shard);
        },
        resolve: () => resolve(result),
        reject,
      });
      if (!hasRoom) return reject(queueFull(this.#deps.limits.maxWaiting));
      this.#running ??= this.#run();
    });
  }

  /** What `look` finds, once it is durable. */
  async read<T>(look: (shard: Shard) => T): Promise<T> {
    if (this.#failure !== undefined) throw this.#failure;
    const result = look(this.shard);
    await this.#committing;
    return result;
  }

  /** Gives back what was not confirmed in time, when something was. */
  async expire(): Promise<void> {
    if (this.shard.state.expiries.firstMs > this.#deps.clock.nowMs()) return;
    await this.submit(() => {}, { deadlineMs: Number.POSITIVE_INFINITY, weight: 0 });
  }

  /** Finishes what waits, and closes the journal. */
  async close(): Promise<void> {
    while (this.#running) await this.#running;
    this.#failure ??= unavailable("the shard is leaving this process");
    await this.#snapshot;
    await this.#deps.journal.close();
  }

  /** Answers nobody any more: another process has the shard. */
  fail(error: unknown): void {
    this.#failure ??= error;
    for (const one of this.#line.take(Number.POSITIVE_INFINITY)) one.reject(error);
  }

  async #run(): Promise<void> {
    // The rest of this turn of the event loop joins the first group.
    await new Promise((resolve) => setImmediate(resolve));
    while (!this.#line.isEmpty) {
      const group = this.#line.take(this.#deps.limits.maxGroup);
      const committing = this.#commit(group);
      this.#committing = committing.catch(() => {
        throw this.#failure;
      });
      this.#committing.catch(() => {}); // whoever reads meanwhile hears of it; nobody else needs to
      try {
        await committing;
        for (const one of group) one.resolve();
      } catch (error) {
        const failure = unavailable("what became of this is not known: repeat it with its key", {
          cause: error,
        });
        this.#failure = failure;
        for (const one of group) one.reject(failure);
        this.fail(failure);
        this.#deps.onFailure(error);
      }
      this.#committing = undefined;
    }
    this.#running = undefined;
  }

  /** Decides a group and makes it durable. */
  async #commit(group: readonly Waiting[]): Promise<void> {
    const { journal, records, clock } = this.#deps;
    const beganMs = clock.monotonicMs();
    this.shard.begin(clock.nowMs());
    expireDue(this.shard, EXPIRED_PER_GROUP);
    for (const one of group) this.#decide(one);
    const bytes = records.length;
    if (bytes > 0) await journal.append(records.view());
    records.clear();
    this.#deps.onGroup?.({
      weight: group.reduce((sum, { weight }) => sum + weight, 0),
      bytes,
      waitedMs: beganMs - (group[0]?.arrivedMs ?? beganMs),
      commitMs: clock.monotonicMs() - beganMs,
    });
    if (journal.isSnapshotDue()) this.#snapshot ??= this.#writeSnapshot();
  }

  #decide(one: Waiting): void {
    const { records, clock } = this.#deps;
    if (clock.nowMs() >= one.deadlineMs) {
      one.reject(deadlineExceeded("its turn came after its deadline: nothing was done"));
      return;
    }
    const before = records.length;
    try {
      one.run();
    } catch (error) {
      // Half of it is in memory: nothing after it can be trusted.
      if (records.length !== before) throw error;
      one.reject(error);
    }
  }

  /** The state is taken now, between two groups; it is written slice by slice, beside later groups. */
  async #writeSnapshot(): Promise<void> {
    try {
      await this.#deps.journal.writeSnapshot(snapshotOf(this.shard.state));
    } catch (error) {
      this.#deps.onFailure(error);
    } finally {
      this.#snapshot = undefined;
    }
  }
}

function queueFull(limit: number): Error {
  const message = `${limit} wait for the owner of this book: come back a little later`;
  const details = { reason: "QUEUE_FULL", retryAfterMs: RETRY_AFTER_FULL_MS };
  return new DomainError("RESOURCE_EXHAUSTED", message, details);
}
