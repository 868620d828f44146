import { type PostId, trustedPostId, type UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import type { Page, Reaction, ReactionEraser } from "../../ports.ts";
import { monthAt } from "./buckets.ts";
import type { ReactionReads } from "./reaction-reads.ts";
import type { ReactionRow, ReactionRows } from "./reaction-rows.ts";
import { type Shown, versionAfter, versionOfChange } from "./versions.ts";

const WRITES_AT_ONCE = 64;
const US_PER_MS = 1_000;
/** A post may be of a month that has not begun by the clock here. */
const AHEAD_MS = 86_400_000;

/** Sets reactions aside, puts them back, erases them. */
export class CqlReactionEraser implements ReactionEraser {
  readonly #cql: Cql;
  readonly #rows: ReactionRows;
  readonly #reads: ReactionReads;
  readonly #clock: Clock;

  constructor(cql: Cql, rows: ReactionRows, reads: ReactionReads, clock: Clock) {
    this.#cql = cql;
    this.#rows = rows;
    this.#reads = reads;
    this.#clock = clock;
  }

  /** Month after month; the cursor is "month.post.comment". */
  async by(user: UserId, after: string, limit: number): Promise<Page<Reaction>> {
    const [month = "0", post = "0", comment = "0"] = after === "" ? [] : after.split(".");
    const items: Reaction[] = [];
    const last = monthAt(this.#clock.nowMs() + AHEAD_MS);
    for (let at = Number(month); at <= last; at++) {
      const from = at === Number(month) ? [BigInt(post), BigInt(comment)] : [0n, 0n];
      const rows = await this.#cql.run(
        `SELECT post_id, comment_id FROM reactions
          WHERE user_id = ? AND month = ? AND (post_id, comment_id) > (?, ?) LIMIT ?`,
        [user, at, ...from, limit - items.length],
      );
      for (const row of rows) {
        items.push({
          user,
          post: trustedPostId(row.post_id as bigint),
          comment: row.comment_id as bigint,
        });
      }
      if (items.length < limit) continue;
      const end = items[items.length - 1];
      return { items, next: `${at}.${end.post}.${end.comment}` };
    }
    return { items, next: "" };
  }

  on(post: PostId, after: string, limit: number): Promise<Page<Reaction>> {
    return this.#reads.on(post, ["like", "comment"], after, limit);
  }

  async setAside(reactions: readonly Reaction[], change: number): Promise<void> {
    await this.#each(reactions, async (one) => {
      const row = await this.#rows.find(one);
      const last = row && (await this.#lastOf(row));
      if (last && last.change <= change) await this.#rows.hide(one, versionOfChange(last, change));
    });
  }

  async putBack(reactions: readonly Reaction[], change: number): Promise<void> {
    await this.#each(reactions, async (one) => {
      const row = await this.#rows.find(one);
      const last = row && (await this.#lastOf(row));
      if (last && last.change <= change) await this.#rows.show(row, versionOfChange(last, change));
    });
  }

  async erase(reactions: readonly Reaction[]): Promise<void> {
    await this.#each(reactions, async (one) => {
      const version = await this.#versionOfErasing(one);
      const row = { ...one, timeMs: 0, parent: 0n, text: null };
      await this.#rows.write({ row, isThere: false, version });
    });
  }

  /** Of a like this is in the row that readers see, which stays when it is set aside; of a comment beside it. */
  async #lastOf(row: ReactionRow & Shown): Promise<Shown> {
    if (row.comment !== 0n) return row;
    const like = await this.#rows.like(row);
    // Its row is not written yet, or was not made again by a restore of a backup.
    return like.version > 0 ? like : { version: row.timeMs * US_PER_MS, change: 0 };
  }

  async #versionOfErasing(one: Reaction): Promise<number> {
    if (one.comment !== 0n) return this.#rows.versionOfDeletion(one);
    return versionAfter((await this.#rows.like(one)).version, this.#clock.nowMs());
  }

  async #each(reactions: readonly Reaction[], change: (one: Reaction) => Promise<void>) {
    await inParallel(WRITES_AT_ONCE, reactions, async (one) => {
      await change(one);
      this.#reads.recount(one);
    });
  }
}
