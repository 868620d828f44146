import { type PostId, trustedPostId, type UserId } from "../../../model/ids.ts";
import type { Clock } from "../../../platform/clock/clock.ts";
import { inParallel } from "../../../platform/concurrency/in-parallel.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import type { Page, Reaction, ReactionEraser } from "../../ports.ts";
import { monthAt } from "./buckets.ts";
import type { ReactionReads } from "./reaction-reads.ts";
import { type ReactionRows, versionAfter } from "./reaction-rows.ts";

const WRITES_AT_ONCE = 64;

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
    const last = monthAt(this.#clock.nowMs());
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

  async setAside(reactions: readonly Reaction[]): Promise<void> {
    await inParallel(WRITES_AT_ONCE, reactions, async (one) => {
      await this.#rows.hide(one, await this.#next(one));
      this.#reads.recount(one);
    });
  }

  async putBack(reactions: readonly Reaction[]): Promise<void> {
    await inParallel(WRITES_AT_ONCE, reactions, async (one) => {
      const row = await this.#rows.find(one);
      if (row !== undefined) await this.#rows.show(row, await this.#next(one));
      this.#reads.recount(one);
    });
  }

  async erase(reactions: readonly Reaction[]): Promise<void> {
    await inParallel(WRITES_AT_ONCE, reactions, async (one) => {
      const row = { ...one, timeMs: 0, parent: 0n, text: null };
      await this.#rows.write({ row, isThere: false, version: await this.#next(one) });
      this.#reads.recount(one);
    });
  }

  async #next(one: Reaction): Promise<number> {
    const known = one.comment === 0n ? (await this.#rows.like(one)).version : 0;
    return versionAfter(known, this.#clock.nowMs());
  }
}
