import type { UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 5_000;
/** Viewers whose changes are followed at one time, or wait for another try. */
const MAX_FOLLOWED = 1_000;
/** Of those whom a list tells of, after a start of everybody. */
const FOUND_AT_ONCE = 16;
const MAX_FOUND = 100_000;

export interface FollowBehindDeps {
  /** Begins in the same turn of the event loop. */
  readonly follow: (viewer: UserId, others: readonly UserId[]) => Promise<void>;
  /** Until they are followed the ring has no word for these people. */
  readonly mark: (viewer: UserId, others: readonly UserId[]) => void;
  readonly clock: Clock;
  /** Aborted: no more tries. */
  readonly stopping: AbortSignal;
  readonly log: Logger;
}

/**
 * Follows friend changes behind the answer to whoever told of them first, and those that failed: their event tells
 * again, but it may have come before, or its last delivery was the one that failed. So they are tried again until it is
 * done, and pages are read without the ring's word for it meanwhile.
 */
export class FollowBehind {
  readonly #deps: FollowBehindDeps;
  /** By viewer, what is still to be followed. */
  readonly #told = new Map<UserId, Set<UserId>>();
  /** By viewer, in the order in which they were found. */
  readonly #found = new Map<UserId, Set<UserId>>();
  #begun = 0;
  #followingFound = 0;

  constructor(deps: FollowBehindDeps) {
    this.#deps = deps;
  }

  /** False: too many are followed already; nothing of these was begun. */
  begin(changes: ReadonlyMap<UserId, ReadonlySet<UserId>>): boolean {
    if (this.#begun + this.#told.size + changes.size > MAX_FOLLOWED) return false;
    for (const [viewer, others] of changes) void this.#untilDone(viewer, new Set(others));
    return true;
  }

  /** The same, for a change that could not be followed just now. False: there is no room, its event has to do. */
  again(viewer: UserId, others: ReadonlySet<UserId>): boolean {
    const told = this.#told.get(viewer);
    if (told) for (const other of others) told.add(other);
    else if (this.#told.size < MAX_FOLLOWED) void this.#retry(viewer, new Set(others));
    else return false;
    return true;
  }

  /**
   * Of these nobody may tell again. Pages are read without the ring's word for them from now on, and a few
   * viewers at a time are followed; of more than there is room for nobody knows until their events come.
   */
  found(viewer: UserId, others: readonly UserId[]): void {
    if (this.#found.size >= MAX_FOUND && !this.#found.has(viewer)) return;
    this.#deps.mark(viewer, others);
    this.#wait(viewer, others);
    if (this.#followingFound < FOUND_AT_ONCE) void this.#followFound();
  }

  async #followFound(): Promise<void> {
    this.#followingFound++;
    for (const [viewer, others] of this.#found) {
      if (this.#deps.stopping.aborted) break;
      this.#found.delete(viewer);
      if ((await this.#isFollowed(viewer, others)) || this.again(viewer, others)) continue;
      // With whoever is found next.
      this.#wait(viewer, [...others]);
      break;
    }
    this.#followingFound--;
  }

  #wait(viewer: UserId, others: readonly UserId[]): void {
    const waiting = this.#found.getOrInsertComputed(viewer, () => new Set());
    for (const other of others) waiting.add(other);
  }

  async #untilDone(viewer: UserId, others: ReadonlySet<UserId>): Promise<void> {
    this.#begun++;
    const isFollowed = await this.#isFollowed(viewer, others);
    this.#begun--;
    if (!isFollowed) this.again(viewer, others);
  }

  async #retry(viewer: UserId, told: Set<UserId>): Promise<void> {
    const { clock, stopping } = this.#deps;
    this.#told.set(viewer, told);
    for (let waitMs = FIRST_RETRY_MS; told.size > 0; waitMs = Math.min(2 * waitMs, MAX_RETRY_MS)) {
      await clock.delay(waitMs, stopping).catch(() => {});
      if (stopping.aborted) break;
      const others = new Set(told);
      told.clear();
      // Who was told of again meanwhile stays: the next try is for them.
      if (!(await this.#isFollowed(viewer, others))) for (const other of others) told.add(other);
    }
    this.#told.delete(viewer);
  }

  async #isFollowed(viewer: UserId, others: ReadonlySet<UserId>): Promise<boolean> {
    const { follow, log } = this.#deps;
    return follow(viewer, [...others]).then(
      () => true,
      (err: unknown) => {
        log.debug({ err }, "a friend change could not be followed yet");
        return false;
      },
    );
  }
}
