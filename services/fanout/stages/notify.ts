import { MAX_FRIEND_CHANGES } from "../../model/limits.ts";
import { shardOf } from "../../model/shards.ts";
import type { EdgeHint, Timelines } from "../ports.ts";
import type { LaneDeps } from "./friends.ts";
import { OwnerLanes, Rerouted } from "./owner-lanes.ts";

/** Tells the owners of both ends that an edge may have changed. */
export class NotifyStage {
  readonly #timelines: Timelines;
  readonly #lanes: OwnerLanes<EdgeHint, void>;

  constructor(timelines: Timelines, options: LaneDeps & { readonly callsInFlight: number }) {
    this.#timelines = timelines;
    this.#lanes = new OwnerLanes<EdgeHint, void>(timelines, {
      ...options,
      maxItems: MAX_FRIEND_CHANGES,
      maxCallsInFlight: options.callsInFlight,
      send: async (owner, hints) => {
        await timelines.notify(owner, hints);
        return hints.map(() => undefined);
      },
    });
  }

  /** Resolves when what followed from the change is durable at both ends. */
  async notify({ viewerId, friendId }: EdgeHint, untilMs: number): Promise<void> {
    await Promise.all([
      this.#tell({ viewerId, friendId }, untilMs),
      this.#tell({ viewerId: friendId, friendId: viewerId }, untilMs),
    ]);
  }

  close(reason: unknown): void {
    this.#lanes.close(reason);
  }

  async #tell(hint: EdgeHint, untilMs: number): Promise<void> {
    const { addresses, numbers } = this.#timelines.owners;
    try {
      await this.#lanes.push(addresses[numbers[shardOf(hint.viewerId)]], hint, untilMs);
    } catch (error) {
      if (!(error instanceof Rerouted)) throw error;
      await this.#tell(hint, untilMs);
    }
  }
}
