import { DELETED_BIT, decodePostLogRow } from "../../../model/wire/post-log-row.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import type { PostLog, PostLogHead, PostLogPlace, PostLogRow } from "../../ports.ts";

export interface DeletionFollowerDeps {
  readonly log: PostLog;
  readonly clock: Clock;
  readonly onDeleted: (post: bigint) => void;
  /** Rows were passed over: any post may have been deleted. */
  readonly onGap: () => void;
  readonly onFailure: (error: unknown) => void;
}

/** Between two looks at the log: so long another replica's deletion may go unnoticed here. */
export const LOOK_MS = 500;
/** Then what is kept here is not trusted until the log was read again. */
const MAX_BEHIND_MS = 5_000;
const ROWS_PER_READ = 500;
/** More is not worth reading: what is kept is thrown away instead. */
const MAX_ROWS_BEHIND = 10_000;
const BEGINNING: PostLogPlace = { seq: 0, bucket: 0 };

/**
 * Follows the post log forward from where it stands at the start, and tells of the deletions in it. Every
 * replica's are there, in rows that come after the deletion itself is durable. Heads tell of the latest of them: rows
 * are read where a head does not reach back to what was seen of its generation.
 */
export class DeletionFollower {
  readonly #deps: DeletionFollowerDeps;
  readonly #stopping = new AbortController();
  /** By generation, what was read up to. */
  #places: Map<bigint, PostLogPlace> | undefined;
  #throughMs = -Infinity;
  #loop: Promise<void> | undefined;

  constructor(deps: DeletionFollowerDeps) {
    this.#deps = deps;
  }

  /** All that was in the log a short while ago has been told. */
  get isCurrent(): boolean {
    return this.#deps.clock.monotonicMs() - this.#throughMs <= MAX_BEHIND_MS;
  }

  start(): void {
    this.#loop = this.#run();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, onFailure } = this.#deps;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.look().catch(onFailure);
      await clock.delay(LOOK_MS, signal).catch(() => {});
    }
  }

  /** Tells of everything that is in the log when it is called. */
  async look(): Promise<void> {
    const { log, clock } = this.#deps;
    const startMs = clock.monotonicMs();
    const { heads } = await log.heads();
    const before = this.#places;
    // At the start nothing is kept yet; later on, all of a generation is new.
    const placeOf = (head: PostLogHead) =>
      before ? (before.get(head.generation) ?? BEGINNING) : head;
    const places = new Map(heads.map((head) => [head.generation, placeOf(head)]));
    this.#places = places;
    for (const head of heads) await this.#catchUp(head, places);
    this.#throughMs = startMs;
  }

  async #catchUp(head: PostLogHead, places: Map<bigint, PostLogPlace>): Promise<void> {
    const { generation, deletions } = head;
    for (;;) {
      const place = places.get(generation) ?? BEGINNING;
      if (place.seq >= head.seq) return;
      if (deletions && deletions.since <= place.seq) {
        for (const post of deletions.posts) this.#deps.onDeleted(post);
        places.set(generation, head);
        return;
      }
      const isNear = head.seq - place.seq <= MAX_ROWS_BEHIND;
      const rows = isNear ? await this.#after(generation, place) : [];
      const last = rows.at(-1);
      if (last?.seq !== place.seq + rows.length) {
        places.set(generation, head);
        this.#deps.onGap();
        return;
      }
      for (const row of rows) this.#tell(row);
      places.set(generation, last);
    }
  }

  #after(generation: bigint, place: PostLogPlace): Promise<readonly PostLogRow[]> {
    const query = { generation, place, direction: "after", limit: ROWS_PER_READ } as const;
    return this.#deps.log.list(query);
  }

  #tell({ packed }: PostLogRow): void {
    const { posts } = decodePostLogRow(packed);
    // A row that can't be read any more.
    if (posts.length === 0) this.#deps.onGap();
    for (const post of deletedIn(posts)) this.#deps.onDeleted(post);
  }
}

/** Of the posts of a row, those that it says are deleted. */
export function deletedIn(posts: Uint32Array): bigint[] {
  const deleted: bigint[] = [];
  for (let i = 0; i < posts.length; i += 2) {
    if ((posts[i + 1] & DELETED_BIT) === 0) continue;
    const high = BigInt((posts[i + 1] & ~DELETED_BIT) >>> 0);
    deleted.push((high << 32n) | BigInt(posts[i]));
  }
  return deleted;
}
