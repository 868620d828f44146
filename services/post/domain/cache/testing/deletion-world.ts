import { decodePostLogRow, encodeLostRow } from "../../../../model/wire/post-log-row.ts";
import type {
  HeadDeletions,
  PostLog,
  PostLogHead,
  PostLogQuery,
  PostLogRow,
} from "../../../ports.ts";
import { deletedIn } from "../deletion-follower.ts";

/** How what stores, logs and tells may be wrong. */
export type WorldFault =
  | "logs deletions before they are durable"
  | "numbers rows anew under one generation"
  | "heads claim to tell of all rows"
  | "heads tell of their own row only";

interface StoredHead {
  readonly head: PostLogHead;
  /** Of two writes the one with the higher stamp stays, whichever comes first. */
  readonly stamp: number;
}

/** Posts, and the log of what becomes of them. Whatever is asked of it is done when the history comes to it. */
export class DeletionWorld implements PostLog {
  readonly fault: WorldFault | undefined;
  readonly deleted = new Set<bigint>();
  /** Deletions that are in rows whose heads are durable. */
  readonly logged = new Set<bigint>();
  postCount = 0;
  rowReads = 0;
  readonly #random: () => number;
  readonly #rows = new Map<bigint, Map<number, PostLogRow>>();
  readonly #heads = new Map<bigint, StoredHead>();
  readonly #waiting: (() => void)[] = [];
  #stamp = 0;

  constructor(random: () => number, fault?: WorldFault) {
    this.#random = random;
    this.fault = fault;
  }

  below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  /** Any of what is to be done comes next, most often what came last: so something is late by very much. */
  step(): void {
    const last = this.#waiting.length - 1;
    const [run] = this.#waiting.splice(this.chance(0.6) ? last : this.below(last + 1), 1);
    run?.();
  }

  /** What `effect` gives, once the history comes to it. */
  soon<T>(effect: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(effect());
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  delete(post: bigint): void {
    this.deleted.add(post);
  }

  async insert(generation: bigint, row: PostLogRow, deletions: HeadDeletions): Promise<void> {
    const stamp = ++this.#stamp;
    const own = deletedIn(decodePostLogRow(row.packed).posts);
    await this.#write(() => this.#rowsOf(generation).set(row.seq, row));
    await this.#write(() => {
      const head = { generation, seq: row.seq, bucket: 1, deletions: this.#told(deletions, own) };
      const stored = this.#heads.get(generation);
      if (stored && stored.stamp > stamp) return;
      this.#heads.set(generation, { head, stamp });
      for (const post of own) this.logged.add(post);
    });
  }

  heads() {
    return this.soon(() => {
      if (this.chance(0.05)) throw new Error("the heads can't be read");
      return { began: 0n, heads: [...this.#heads.values()].map(({ head }) => head) };
    });
  }

  list({ generation, place, limit }: PostLogQuery): Promise<readonly PostLogRow[]> {
    return this.soon(() => {
      this.rowReads++;
      const rows = [...this.#rowsOf(generation).values()].filter(({ seq }) => seq > place.seq);
      return rows.sort((a, b) => a.seq - b.seq).slice(0, limit);
    });
  }

  /** The oldest rows of a generation are kept no longer. */
  expire(): void {
    const rows = [...this.#rows.values()][this.below(this.#rows.size)];
    const oldest = rows ? [...rows.keys()].slice(0, this.below(4)) : [];
    for (const seq of oldest) rows.delete(seq);
  }

  /** A row can't be read any more. */
  lose(): void {
    const rows = [...this.#rows.values()][this.below(this.#rows.size)];
    const row = rows && [...rows.values()][this.below(rows.size)];
    if (row) rows.set(row.seq, { ...row, packed: encodeLostRow(9n) });
  }

  /** Confirmed only when it is durable; when it is not confirmed, it may be so now, later or never. */
  async #write(take: () => void): Promise<void> {
    await this.soon(() => {
      if (!this.chance(0.15)) return take();
      if (this.chance(0.3)) take();
      else if (this.chance(0.5)) void this.soon(take);
      throw new Error("not confirmed");
    });
  }

  #told(deletions: HeadDeletions, own: readonly bigint[]): HeadDeletions {
    if (this.fault === "heads claim to tell of all rows") return { ...deletions, since: 0 };
    if (this.fault === "heads tell of their own row only") return { ...deletions, posts: own };
    return deletions;
  }

  #rowsOf(generation: bigint): Map<number, PostLogRow> {
    return this.#rows.getOrInsertComputed(generation, () => new Map());
  }
}
