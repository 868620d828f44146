import { MAX_FRIEND_CHANGES } from "../../model/limits.ts";
import { shardOf } from "../../model/shards.ts";
import type { EdgeHint, Timelines } from "../ports.ts";
import type { LaneDeps } from "./friends.ts";
import { OwnerLanes, Rerouted, Stuck } from "./owner-lanes.ts";
import type { Parking } from "./parking.ts";

/** Tells the owners of both ends that an edge may have changed. */
export class NotifyStage {
  readonly #timelines: Timelines;
  readonly #lanes: OwnerLanes<EdgeHint, void>;
  readonly #parking: Parking | undefined;

  constructor(
    timelines: Timelines,
    options: LaneDeps & { readonly callsInFlight: number; readonly parking?: Parking },
  ) {
    this.#timelines = timelines;
    this.#parking = options.parking;
    this.#lanes = new OwnerLanes<EdgeHint, void>(timelines, {
      ...options,
      ...(options.parking && { patienceMs: options.parking.patienceMs }),
      maxItems: MAX_FRIEND_CHANGES,
      maxCallsInFlight: options.callsInFlight,
      send: async (owner, hints) => {
        await timelines.notify(owner, hints);
        return hints.map(() => undefined);
      },
    });
  }

  /** Resolves when what followed from the change is durable at both ends, or waits durably for one's owner. */
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
    const owner = addresses[numbers[shardOf(hint.viewerId)]];
    try {
      await this.#lanes.push(owner, hint, untilMs);
    } catch (error) {
      if (error instanceof Rerouted) await this.#tell(hint, untilMs);
      else if (error instanceof Stuck) await this.#parking?.edge(owner, hint);
      else throw error;
    }
  }
}
