import { shardOf } from "../../../../services/model/shards.ts";
import {
  type Followed,
  latest,
  type OwnerHistory,
  ownSince,
  withCount,
} from "../../../../services/timeline/adapters/log/folder/owner-history.ts";
import {
  createStaticOwnership,
  ownerIndexOf,
} from "../../../../services/timeline/adapters/static/static-ownership.ts";
import { USERS } from "../../history/steps.ts";
import type { OwnerPlace } from "../timeline-process.ts";

/** Who serves whom, while the number of timeline processes changes, and what they know of its history. */
export class ModelOwners {
  readonly #names: readonly string[];
  readonly #isForgetful: boolean;
  #history: OwnerHistory;
  readonly #followed: (Followed | undefined)[];

  /** `isForgetful`: folders do not know that there were more or fewer of them. */
  constructor(names: readonly string[], isForgetful: boolean) {
    this.#names = names;
    this.#isForgetful = isForgetful;
    this.#history = { id: "simulation", first: 1, counts: [names.length] };
    this.#followed = names.map(() => undefined);
  }

  get count(): number {
    return this.#history.counts.at(-1) ?? this.#names.length;
  }

  indexOf(shard: number): number {
    return ownerIndexOf(shard, this.count);
  }

  /** One instead of all, or all instead of one; while none of them runs. */
  resize(): void {
    this.#history = withCount(this.#history, this.count === 1 ? this.#names.length : 1);
  }

  /** What a process finds at its start: how many there are, and what of its store still counts. */
  placeOf(index: number): OwnerPlace {
    return {
      ownership: () => createStaticOwnership(() => this.#names.slice(0, this.count), index),
      catchUp: async (store) => {
        // The number may change again meanwhile, which ends this start.
        const history = this.#history;
        const wasOwn = ownSince(history, this.#followed[index], index);
        const isKept = this.#isForgetful ? () => true : wasOwn;
        await store.lapse(USERS.filter((user) => !isKept(shardOf(user))));
        this.#followed[index] = latest(history);
      },
    };
  }
}
