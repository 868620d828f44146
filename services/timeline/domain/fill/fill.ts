import { firstPostIdAt, type UserId } from "../../../model/ids.ts";
import { RETENTION_MS } from "../../../model/limits.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { DomainError } from "../../../platform/grpc/errors/errors.ts";
import type { EntryStore } from "../../ports.ts";
import type { FriendSets } from "../friends/friend-sets.ts";
import { isPullOnly } from "../friends/pull-only.ts";
import { dayOf } from "../lapse/read-day.ts";
import { deletedApart, heldOf, markDeleted } from "./deleted-apart.ts";
import { NewestMerge } from "./newest-merge.ts";
import { overtaken } from "./overtaken.ts";
import { type PullSources, pullNewest } from "./pull.ts";

/**
 * A scroll fixes its retention bound before the fill that it starts has read its clock: the fill goes
 * so much further down that the scroll still finds its end.
 */
const BOUND_MARGIN_MS = 3_600_000;

/** What a fill was waiting for when it failed. */
export type FillSource = "store" | "friends" | "posts";

export class FillFailed extends Error {
  readonly source: FillSource;
  constructor(source: FillSource, cause: unknown) {
    super(`the ${source} did not answer a fill`, { cause });
    this.name = "FillFailed";
    this.source = source;
  }
}

/** The graph knows no such person. */
export function isUnknownPerson({ source, cause }: FillFailed): boolean {
  return source === "friends" && cause instanceof DomainError && cause.code === "NOT_FOUND";
}

/** The timeline was lapsed while it was being filled: what was read counts no more. */
export class FillCancelled extends Error {
  constructor() {
    super("the fill was cancelled");
    this.name = "FillCancelled";
  }
}

/** The viewer has too many friends for a ring. */
export class PullOnly extends Error {
  constructor() {
    super("the viewer is pull-only");
    this.name = "PullOnly";
  }
}

export interface FillDeps extends PullSources {
  readonly store: EntryStore;
  readonly friendSets: FriendSets;
  readonly clock: Clock;
  /** Of who has more friends nothing is kept. */
  readonly maxKeptFriends: number;
}

/**
 * One fill (rule 6.3): Activate durable, *then* the friends, *then* their posts; entries durable
 * before Complete. Whatever is posted after Activate is pushed, whatever was posted before is pulled.
 */
export class Fill {
  readonly viewer: UserId;
  readonly #adopted = new Set<UserId>();
  #isCancelled = false;
  #isCompleting = false;

  constructor(viewer: UserId) {
    this.viewer = viewer;
  }

  /** From now on it writes nothing more. */
  cancel(): void {
    this.#isCancelled = true;
  }

  /** Takes new friends in; false when it is too late, because Complete is being written. */
  adopt(authors: readonly UserId[]): boolean {
    if (this.#isCompleting || this.#isCancelled) return false;
    for (const author of authors) this.#adopted.add(author);
    return true;
  }

  /** Throws FillFailed or FillCancelled; the timeline then stays as it is: filling. */
  async run(deps: FillDeps): Promise<void> {
    const { store, friendSets, clock } = deps;
    const proceed = () => {
      if (this.#isCancelled) throw new FillCancelled();
    };
    proceed();
    await from("store", store.activate(this.viewer));
    store.noteRead(this.viewer, dayOf(clock.nowMs()));
    const friends = await from("friends", friendSets.reload(this.viewer));
    if (isPullOnly(friends, deps.maxKeptFriends) && deps.recent) throw new PullOnly();
    const bound = firstPostIdAt(clock.nowMs() - RETENTION_MS - BOUND_MARGIN_MS);
    const merge = new NewestMerge(deps.ringEntries, bound);
    let authors = friends.slice(0, friends.size);
    do {
      const sinceMs = clock.monotonicMs();
      const held = await from("store", heldOf(store, this.viewer, authors));
      const pulled = await from("posts", pullNewest(deps, authors, merge, proceed));
      const gone = await from("posts", deletedApart(deps, held, pulled));
      proceed();
      await from("store", store.addEntries(this.viewer, merge.entries()));
      const late = await from("store", overtaken(deps, this.viewer, authors, sinceMs));
      await from("store", markDeleted(store, this.viewer, [...gone, ...late]));
      authors = [...this.#adopted];
      this.#adopted.clear();
    } while (authors.length > 0);
    proceed();
    this.#isCompleting = true;
    await from("store", store.complete(this.viewer, merge.floor));
  }
}

/** Names the source that an error is of. */
export async function from<T>(source: FillSource, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof FillCancelled ? error : new FillFailed(source, error);
  }
}
