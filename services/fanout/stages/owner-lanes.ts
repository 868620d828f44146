import { unavailable } from "../../platform/grpc/errors/errors.ts";
import { NO_OWNER } from "../domain/owner-table.ts";
import type { Timelines } from "../ports.ts";
import { Lane } from "./lane.ts";
import { HeldTooLong, type LaneOptions } from "./lane-options.ts";

/** The owner may be another by now: look it up again. */
export class Rerouted extends Error {
  override readonly name = "Rerouted";
}

/** The owner takes nothing now, and others do: what is for it should wait elsewhere. */
export class Stuck extends Error {
  override readonly name = "Stuck";
}

type PerOwner<Item, Result> = Omit<
  LaneOptions<Item, Result>,
  "send" | "onTargetFault" | "target"
> & {
  readonly send: (owner: string, items: readonly Item[]) => Promise<readonly Result[]>;
  /** An owner that owes an answer for so long is stuck, ms. Infinity by default: items wait for it. */
  readonly patienceMs?: number;
};

/**
 * A lane to each owner. When one fails, the owners are looked up anew, and what waits in its lane is
 * given back as Rerouted, to be cut by owner again: most of it comes back here, and waits for the
 * back-off; what has moved goes elsewhere at once. What has no owner waits in a lane of its own. While one
 * is stuck and others are not, all but what probes it is given back as Stuck.
 */
export class OwnerLanes<Item, Result> {
  readonly #timelines: Pick<Timelines, "refresh">;
  readonly #options: PerOwner<Item, Result>;
  readonly #lanes = new Map<string, Lane<Item, Result>>();
  #closed: { readonly reason: unknown } | undefined;

  constructor(timelines: Pick<Timelines, "refresh">, options: PerOwner<Item, Result>) {
    this.#timelines = timelines;
    this.#options = options;
  }

  /** Rejects with Rerouted, Stuck, MessageFailure, HeldTooLong or the reason of `close`. */
  async push(owner: string, item: Item, untilMs: number): Promise<Result> {
    const { clock, patienceMs = Number.POSITIVE_INFINITY } = this.#options;
    const lane = this.#lanes.getOrInsertComputed(owner, () => this.#open(owner));
    for (;;) {
      if (lane.isBusy && this.#isStuck(lane)) throw new Stuck();
      try {
        return await lane.push(item, Math.min(untilMs, clock.monotonicMs() + patienceMs));
      } catch (error) {
        if (!(error instanceof HeldTooLong) || clock.monotonicMs() >= untilMs) throw error;
        if (this.#isStuck(lane)) throw new Stuck();
      }
    }
  }

  /** While all are, items wait, and no more are taken. */
  #isStuck(lane: Lane<Item, Result>): boolean {
    const { patienceMs = Number.POSITIVE_INFINITY } = this.#options;
    if (lane.silentMs < patienceMs) return false;
    return this.#lanes
      .values()
      .some((other) => other !== lane && !other.isFailing && other.silentMs < patienceMs);
  }

  close(reason: unknown): void {
    this.#closed = { reason };
    for (const lane of this.#lanes.values()) lane.close(reason);
  }

  #open(owner: string): Lane<Item, Result> {
    const { send, ...options } = this.#options;
    const lane = new Lane<Item, Result>({
      ...options,
      target: `timelines at ${owner || "no owner"}`,
      send: async (items) => {
        if (owner === NO_OWNER) throw unavailable("the shard has no owner now");
        return send(owner, items);
      },
      onTargetFault: () => void this.#reroute(lane),
    });
    if (this.#closed !== undefined) lane.close(this.#closed.reason);
    return lane;
  }

  async #reroute(lane: Lane<Item, Result>): Promise<void> {
    // A lookup that fails leaves the old owners: the lane's back-off decides when to ask again.
    await this.#timelines.refresh().catch(() => {});
    lane.evict(new Rerouted());
  }
}
