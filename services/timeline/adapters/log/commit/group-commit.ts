import { invariant } from "../../../../model/invariant.ts";
import type { UnsyncedGroups } from "../../../domain/rings/classify.ts";
import type { RingEntry } from "../../../domain/rings/ring-memory.ts";
import { Group } from "./group.ts";

/**
 * Bytes of a group at which new work waits for the next one. About 16,000 deliveries, so that
 * applying a group holds the event loop for a few ms.
 */
const FULL_GROUP_BYTES = 32 * 1_024;

export interface GroupCommitDeps {
  /** Where the next frame begins. */
  position(): number;
  /** Makes the frame durable. */
  write(frame: Uint8Array): Promise<void>;
  /** Applies the group, which is durable up to `position`. */
  apply(group: Group, position: number): void;
  /** The log cannot be trusted any more: the process must end. */
  fatal(error: Error): void;
}

/**
 * Group commit: while one group is written and synced, the next one gathers. A group begins its way
 * to the disk at the end of the event loop's turn, so that all calls of a turn share one sync.
 */
export class GroupCommit {
  pending = new Group(1);
  syncing: Group | undefined;
  readonly #deps: GroupCommitDeps;
  #spare = new Group(2);
  #nextNumber = 3;
  #running: Promise<void> | undefined;
  #failure: Error | undefined;
  #rotated: PromiseWithResolvers<void> | undefined;

  constructor(deps: GroupCommitDeps) {
    this.#deps = deps;
  }

  get isFull(): boolean {
    return this.pending.bytes >= FULL_GROUP_BYTES;
  }

  /** The groups that are not durable yet, when one of them names this post. */
  unsyncedWith(entry: RingEntry): UnsyncedGroups | undefined {
    const { pending, syncing } = this;
    const isNamed =
      pending.names(entry.postLow, entry.postHigh) ||
      syncing?.names(entry.postLow, entry.postHigh) === true;
    return isNamed ? { pending: pending.number, syncing: syncing?.number ?? 0 } : undefined;
  }

  /** Resolves when all that was logged until now is durable and applied. */
  whenUnsyncedDone(): Promise<void> {
    if (!this.pending.isEmpty) return this.pending.whenDone();
    return this.syncing?.whenDone() ?? Promise.resolve();
  }

  /** @throws the error that ended the log */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when a new group gathers. */
  whenRotated(): Promise<void> {
    this.#rotated ??= Promise.withResolvers();
    return this.#rotated.promise;
  }

  /** To be called after records were added to `pending`. Resolves when they are durable and applied. */
  commit(): Promise<void> {
    this.#running ??= this.#run();
    return this.pending.whenDone();
  }

  /** Resolves when nothing waits, or the log has failed. */
  async settle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  /** Ends the log: everything that waits, and all that comes, rejects. */
  stop(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.syncing?.fail(error);
    this.pending.fail(error);
    this.#rotated?.reject(error);
  }

  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    try {
      while (!this.pending.isEmpty && this.#failure === undefined) await this.#writeGroup();
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      this.stop(cause);
      this.#deps.fatal(cause);
    }
    this.#running = undefined;
  }

  async #writeGroup(): Promise<void> {
    const group = this.pending;
    this.pending = this.#spare;
    this.syncing = group;
    this.#rotated?.resolve();
    this.#rotated = undefined;
    const start = this.#deps.position();
    const frame = group.seal(start);
    await this.#deps.write(frame);
    if (this.#failure !== undefined) return;
    const end = this.#deps.position();
    invariant(end === start + frame.length, "the log grows by one frame at a time");
    this.#deps.apply(group, end);
    this.syncing = undefined;
    this.#spare = group;
    group.finish(this.#takeNumber());
  }

  /** Zero means no group; numbers come round after 2^32, when only two are alive. */
  #takeNumber(): number {
    const number = this.#nextNumber;
    this.#nextNumber = number === 0xffff_ffff ? 1 : number + 1;
    return number;
  }
}
