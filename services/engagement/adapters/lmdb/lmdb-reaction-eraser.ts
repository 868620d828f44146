import { type PostId, trustedUserId, type UserId } from "../../../model/ids.ts";
import { readU64 } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { KeyRange, Table } from "../../../platform/storage/lmdb/table.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";
import type { LmdbPersonStates } from "../../../platform/storage/people/lmdb-person-states.ts";
import type { Page, Reaction, ReactionEraser } from "../../ports.ts";
import type { ReactionTables } from "./reaction-tables.ts";
import { decodeComment, idsKey, reactionKey, reactionOf } from "./rows.ts";

/** Of one transaction. */
const AT_ONCE = 1_000;

/**
 * Sets reactions aside, puts them back, erases them. Whether a change was overtaken is asked in the transaction that
 * makes it: transactions come one after the other, and the number of the later one was stored by one before.
 */
export class LmdbReactionEraser implements ReactionEraser {
  readonly #lmdb: Lmdb;
  readonly #tables: ReactionTables;
  readonly #people: Pick<LmdbPersonStates, "changeIn">;

  constructor(lmdb: Lmdb, tables: ReactionTables, people: Pick<LmdbPersonStates, "changeIn">) {
    this.#lmdb = lmdb;
    this.#tables = tables;
    this.#people = people;
  }

  async by(user: UserId, after: string, limit: number): Promise<Page<Reaction>> {
    const range = { from: cursorKey(after, idsKey(user)), before: idsKey(user + 1n) };
    return page(this.#tables.reactions, range, limit, (key) => reactionOf(key));
  }

  /** What is set aside, too, is found by its person. */
  async on(post: PostId, after: string, limit: number): Promise<Page<Reaction>> {
    const range = { from: cursorKey(after, idsKey(post)), before: idsKey(post + 1n) };
    const { likes, comments } = this.#tables;
    if (!after.startsWith(COMMENTS)) {
      const found = page(likes, range, limit, (key) => ({
        ...{ post, comment: 0n },
        user: trustedUserId(readU64(key, 8)),
      }));
      return found.next === "" ? { ...found, next: COMMENTS } : found;
    }
    const from = cursorKey(after.slice(COMMENTS.length), idsKey(post));
    const found = page(comments, { ...range, from }, limit, (key, row) => {
      const { authorId: user, commentId: comment } = decodeComment(key, row);
      return { user, post, comment };
    });
    return found.next === "" ? found : { ...found, next: COMMENTS + found.next };
  }

  async setAside(reactions: readonly Reaction[], change: number): Promise<void> {
    await this.#eachInForce(reactions, change, (tx, reaction) => this.#tables.hide(tx, reaction));
  }

  async putBack(reactions: readonly Reaction[], change: number): Promise<void> {
    await this.#eachInForce(reactions, change, (tx, reaction) => {
      const row = tx.get(this.#tables.reactions, reactionKey(reaction));
      if (row !== undefined) this.#tables.show(tx, reaction, row);
    });
  }

  async erase(reactions: readonly Reaction[]): Promise<void> {
    await this.#inParts(reactions, (tx, some) => {
      for (const reaction of some) this.#tables.remove(tx, reaction);
    });
  }

  async #eachInForce(
    reactions: readonly Reaction[],
    change: number,
    work: (tx: WriteTx, one: Reaction) => void,
  ): Promise<void> {
    await this.#inParts(reactions, (tx, some) => {
      for (const [user, theirs] of Map.groupBy(some, (one) => one.user)) {
        if (this.#people.changeIn(tx, user) > change) continue;
        for (const reaction of theirs) work(tx, reaction);
      }
    });
  }

  async #inParts(
    reactions: readonly Reaction[],
    work: (tx: WriteTx, some: readonly Reaction[]) => void,
  ): Promise<void> {
    for (let from = 0; from < reactions.length; from += AT_ONCE) {
      const some = reactions.slice(from, from + AT_ONCE);
      await this.#lmdb.commit((tx) => work(tx, some));
    }
  }
}

/** Marks cursors that are among the comments. */
const COMMENTS = "c";

function cursorKey(after: string, start: Buffer): Buffer {
  // The key behind this one: keys are of one length.
  return after === "" ? start : Buffer.concat([Buffer.from(after, "hex"), Buffer.of(0)]);
}

function page<Item>(
  table: Table,
  range: KeyRange,
  limit: number,
  itemOf: (key: Buffer, row: Buffer) => Item,
): Page<Item> {
  const rows = [...table.entries({ ...range, limit })];
  const last = rows.at(-1);
  const next = last !== undefined && rows.length === limit ? last.key.toString("hex") : "";
  return { items: rows.map(({ key, value }) => itemOf(key, value)), next };
}
