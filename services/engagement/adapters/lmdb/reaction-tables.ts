import type { Lmdb } from "../../../platform/storage/lmdb/open.ts";
import type { Table } from "../../../platform/storage/lmdb/table.ts";
import type { WriteTx } from "../../../platform/storage/lmdb/write-set.ts";
import type { Comment, Reaction } from "../../ports.ts";
import {
  decodeCounts,
  encodeComment,
  encodeCounts,
  idsKey,
  NO_COUNTS,
  reactionKey,
} from "./rows.ts";

/**
 * The rows of reactions. "reactions" says who did what, by person, and is the truth: what is set aside is
 * there and nowhere else. "likes" and "comments" are the same by post, for readers, and "counts" how many of
 * those there are. They change together, in one transaction.
 */
export class ReactionTables {
  readonly reactions: Table;
  readonly likes: Table;
  readonly comments: Table;
  readonly counts: Table;

  constructor(lmdb: Lmdb) {
    this.reactions = lmdb.table("reactions");
    this.likes = lmdb.table("likes");
    this.comments = lmdb.table("comments");
    this.counts = lmdb.table("counts");
  }

  /** False: it is there. `row`: of a like its time, of a comment what `encodeComment` makes. */
  add(tx: WriteTx, reaction: Reaction, row: Buffer): boolean {
    const key = reactionKey(reaction);
    if (tx.get(this.reactions, key) !== undefined) return false;
    tx.put(this.reactions, key, row);
    this.show(tx, reaction, row);
    return true;
  }

  addComment(tx: WriteTx, comment: Comment): void {
    const { authorId: user, postId: post, commentId } = comment;
    this.add(tx, { user, post, comment: commentId }, encodeComment(comment));
  }

  /** False: it was not there. */
  remove(tx: WriteTx, reaction: Reaction): boolean {
    const key = reactionKey(reaction);
    if (tx.get(this.reactions, key) === undefined) return false;
    tx.remove(this.reactions, key);
    this.hide(tx, reaction);
    return true;
  }

  /** Readers see it, from now on. */
  show(tx: WriteTx, reaction: Reaction, row: Buffer): void {
    const { table, key } = this.#shown(reaction);
    if (tx.get(table, key) !== undefined) return;
    tx.put(table, key, row);
    this.#count(tx, reaction, 1);
  }

  /** Readers see it no more. */
  hide(tx: WriteTx, reaction: Reaction): void {
    const { table, key } = this.#shown(reaction);
    if (tx.get(table, key) === undefined) return;
    tx.remove(table, key);
    this.#count(tx, reaction, -1);
  }

  #shown({ user, post, comment }: Reaction): { readonly table: Table; readonly key: Buffer } {
    return comment === 0n
      ? { table: this.likes, key: idsKey(post, user) }
      : { table: this.comments, key: idsKey(post, comment) };
  }

  #count(tx: WriteTx, { post, comment }: Reaction, change: 1 | -1): void {
    const key = idsKey(post);
    const { likes, comments } = decodeCounts(tx.get(this.counts, key));
    const counts =
      comment === 0n ? { likes: likes + change, comments } : { likes, comments: comments + change };
    if (counts.likes === NO_COUNTS.likes && counts.comments === NO_COUNTS.comments) {
      tx.remove(this.counts, key);
    } else tx.put(this.counts, key, encodeCounts(counts));
  }
}
