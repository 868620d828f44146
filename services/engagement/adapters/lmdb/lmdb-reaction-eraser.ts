import { type PostId, trustedUserId, type UserId } from "../../../model/ids.ts";
import { readU64 } from "../../../platform/storage/lmdb/keys.ts";
import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { KeyRange, Table } from "../../../platform/storage/lmdb/table.ts";
import type { Page, Reaction, ReactionEraser } from "../../ports.ts";
import type { ReactionTables } from "./reaction-tables.ts";
import { decodeComment, idsKey, reactionKey, reactionOf } from "./rows.ts";

/** Of one transaction. */
const AT_ONCE = 1_000;

/** Sets reactions aside, puts them back, erases them. */
export class LmdbReactionEraser implements ReactionEraser {
  readonly #lmdb: Lmdb;
  readonly #tables: ReactionTables;

  constructor(lmdb: Lmdb, tables: ReactionTables) {
    this.#lmdb = lmdb;
    this.#tables = tables;
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

  async setAside(reactions: readonly Reaction[]): Promise<void> {
    await this.#each(reactions, (tx, reaction) => this.#tables.hide(tx, reaction));
  }

  async putBack(reactions: readonly Reaction[]): Promise<void> {
    await this.#each(reactions, (tx, reaction) => {
      const row = tx.get(this.#tables.reactions, reactionKey(reaction));
      if (row !== undefined) this.#tables.show(tx, reaction, row);
    });
  }

  async erase(reactions: readonly Reaction[]): Promise<void> {
    await this.#each(reactions, (tx, reaction) => void this.#tables.remove(tx, reaction));
  }

  async #each(reactions: readonly Reaction[], change: (tx: Tx, one: Reaction) => void) {
    for (let from = 0; from < reactions.length; from += AT_ONCE) {
      const some = reactions.slice(from, from + AT_ONCE);
      await this.#lmdb.commit((tx) => {
        for (const reaction of some) change(tx, reaction);
      });
    }
  }
}

type Tx = Parameters<Parameters<Lmdb["commit"]>[0]>[0];

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
