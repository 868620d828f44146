import { MAX_APPEND_POSTS } from "../../model/limits.ts";
import type { PostAppendHot } from "../../model/wire/append-entries.ts";
import { partition } from "../domain/partition.ts";
import type { AppendCounts, PostToDeliver, Timelines } from "../ports.ts";
import type { LaneDeps } from "./friends.ts";
import { OwnerLanes, Rerouted, Stuck } from "./owner-lanes.ts";
import type { Parking } from "./parking.ts";

export interface AppendOptions extends LaneDeps {
  /** A call carries about so many entries: 2,000 is 10 posts of 200 friends, near the best measured. */
  readonly entriesPerCall: number;
  /** To each owner. */
  readonly callsInFlight: number;
  /** Least time between two calls to one owner, ms; see Lane. */
  readonly spacingMs?: number;
  readonly onAppended?: (counts: AppendCounts, posts: number) => void;
  /** Where it goes what a stuck owner can't take; without it, it waits for the owner. */
  readonly parking?: Parking;
}

/** Third and fourth stage: a post's viewers are cut by owner, and appended in calls that posts share. */
export class AppendStage {
  readonly #timelines: Timelines;
  readonly #lanes: OwnerLanes<PostAppendHot, void>;
  readonly #parking: Parking | undefined;

  constructor(timelines: Timelines, options: AppendOptions) {
    this.#timelines = timelines;
    this.#parking = options.parking;
    this.#lanes = new OwnerLanes<PostAppendHot, void>(timelines, {
      ...options,
      ...(options.parking && { patienceMs: options.parking.patienceMs }),
      maxItems: MAX_APPEND_POSTS,
      maxWeight: options.entriesPerCall,
      weigh: ({ viewers }) => viewers.length / 2,
      maxCallsInFlight: options.callsInFlight,
      send: async (owner, appends) => {
        const counts = await timelines.append(owner, { appends });
        options.onAppended?.(counts, appends.length);
        return appends.map(() => undefined);
      },
    });
  }

  /**
   * Resolves when the post is durable on the timelines of all `viewers` (pairs; at most 5,000), or waits
   * durably for the owners of some.
   * Rejects with MessageFailure, HeldTooLong, or the reason of `close`.
   */
  async append(post: PostToDeliver, viewers: Uint32Array, untilMs: number): Promise<void> {
    const parts = partition(viewers, this.#timelines.owners);
    await Promise.all(
      parts.map(async (part) => {
        try {
          await this.#lanes.push(part.owner, { ...post, viewers: part.viewers }, untilMs);
        } catch (error) {
          if (error instanceof Rerouted) await this.append(post, part.viewers, untilMs);
          else if (error instanceof Stuck)
            await this.#parking?.post(part.owner, post, part.viewers);
          else throw error;
        }
      }),
    );
  }

  close(reason: unknown): void {
    this.#lanes.close(reason);
  }
}
