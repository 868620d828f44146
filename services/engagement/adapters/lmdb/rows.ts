import { trustedPostId, trustedUserId } from "../../../model/ids.ts";
import { readU64, u64Key } from "../../../platform/storage/lmdb/keys.ts";
import type { Comment, Counts, Reaction } from "../../ports.ts";

/** Keys of several ids, sorted by the first, then the next. */
export function idsKey(...ids: readonly bigint[]): Buffer {
  return Buffer.concat(ids.map(u64Key));
}

/** Key of what a person did: person, post, comment or 0. */
export function reactionKey({ user, post, comment }: Reaction): Buffer {
  return idsKey(user, post, comment);
}

export function reactionOf(key: Buffer): Reaction {
  const [user, post, comment] = [readU64(key), readU64(key, 8), readU64(key, 16)];
  return { user: trustedUserId(user), post: trustedPostId(post), comment };
}

/** Author, parent, text. */
export function encodeComment({ authorId, parentId, text }: Omit<Comment, "commentId">): Buffer {
  return Buffer.concat([idsKey(authorId, parentId), Buffer.from(text)]);
}

/** `key`: post, comment. */
export function decodeComment(key: Buffer, row: Buffer): Comment {
  return {
    postId: trustedPostId(readU64(key)),
    commentId: trustedPostId(readU64(key, 8)),
    authorId: trustedUserId(readU64(row)),
    parentId: readU64(row, 8),
    text: row.toString("utf8", 16),
  };
}

export const NO_COUNTS: Counts = { likes: 0, comments: 0 };

export function encodeCounts({ likes, comments }: Counts): Buffer {
  return idsKey(BigInt(likes), BigInt(comments));
}

export function decodeCounts(row: Buffer | undefined): Counts {
  if (row === undefined) return NO_COUNTS;
  return { likes: Number(readU64(row)), comments: Number(readU64(row, 8)) };
}
