import type {
  StoredTable,
  TableChange,
} from "../../../../services/friend/domain/pulled/changes.ts";
import { PulledAuthors } from "../../../../services/friend/domain/pulled/pulled-authors.ts";
import { PulledCopy } from "../../../../services/friend/host/pulled-copy.ts";
import type { PulledRows } from "../../../../services/friend/ports.ts";
import { postIdOf, type UserId } from "../../../../services/model/ids.ts";
import type { PulledTable } from "../../../../services/model/pulled/pulled-table.ts";
import { unavailable } from "../../../../services/platform/grpc/errors/errors.ts";
import type { EntryKey } from "../../../../services/timeline/ports.ts";
import type { Environment } from "../environment.ts";
import type { Life } from "../network.ts";
import type { ModelFriends } from "./model-friends.ts";

/** Histories last seconds: intervals change sooner than in a mesh. */
const AHEAD_MS = 300;
const POLL_MS = 60;

/** The stored table of pulled intervals, and the friend service's code that changes it. */
export class ModelPulled {
  readonly #env: Environment;
  readonly #authors: PulledAuthors;
  readonly #canPull: boolean;
  #table: StoredTable = {
    revision: 0n,
    version: 0n,
    validThrough: postIdOf(0n),
    intervals: [],
  };

  /** @param canPull where there is no index nobody can */
  constructor(env: Environment, canPull: boolean) {
    this.#env = env;
    this.#canPull = canPull;
    const rows: PulledRows = {
      head: async () => this.#table,
      read: async () => this.#table,
      change: (seen, change) => this.#change(seen.revision, change),
    };
    const options = {
      popularFriends: Number.POSITIVE_INFINITY,
      aheadMs: AHEAD_MS,
      onFailure: () => {},
    };
    this.#authors = new PulledAuthors(rows, env.clock, options);
  }

  async setPulled(author: UserId, isPulled: boolean): Promise<void> {
    await this.#authors.setPulled(author, isPulled, "asked");
    this.#env.note(isPulled ? "an interval opens" : "an interval closes");
  }

  /** Whether readers look for a post that was given up: then its letter may be lost. */
  isLookedFor(post: bigint): boolean {
    return this.#table.intervals.some(
      ({ since, cause }) => cause === "undelivered" && since === post,
    );
  }

  async lookFor(post: EntryKey): Promise<void> {
    if (!this.#canPull) throw unavailable("there is no index");
    await this.#authors.lookFor(post);
    this.#env.note("readers look for a post that was given up");
  }

  /** The copy that a process of this life keeps, which asks the friend service over the wire. */
  copyOf(
    life: Life,
    friends: Pick<ModelFriends, "life">,
    onChanged: (before: PulledTable) => void = () => {},
  ): PulledCopy {
    const { network, clock } = this.#env;
    const current = async () => {
      const table = await this.#authors.current();
      const marked = table.intervals.map((one) =>
        one.cause === "undelivered" ? { ...one, isAlsoPushed: true } : one,
      );
      return { ...table, intervals: marked };
    };
    const copy = new PulledCopy({
      read: () => network.call(life, friends.life, current),
      pollMs: POLL_MS,
      ...{ clock, onChanged },
    });
    copy.start();
    return copy;
  }

  /** Slow; and now and then the answer is lost, though the change is stored. */
  async #change(revision: bigint, change: TableChange): Promise<boolean> {
    const { network, variant } = this.#env;
    await network.travel();
    if (this.#table.revision !== revision) return false;
    const { interval, validThrough } = variant.interval?.(change) ?? change;
    const others = this.#table.intervals.filter(
      ({ authorId, since }) => authorId !== interval?.authorId || since !== interval.since,
    );
    this.#table = {
      revision: revision + 1n,
      version: this.#table.version + (interval ? 1n : 0n),
      validThrough,
      intervals: interval ? [...others, interval] : others,
    };
    await network.travel();
    return true;
  }
}
