import { trustedPostId, type UserId } from "../../../model/ids.ts";
import { compareAndSet, ofRow } from "../../../platform/storage/cql/cas.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import type { CommentId } from "../../ports.ts";

export interface Claim {
  readonly commentId: CommentId;
  readonly hash: Buffer;
}

const CLAIM = `INSERT INTO comment_requests (author_id, request_id, comment_id, hash)
  VALUES (?, ?, ?, ?) IF NOT EXISTS`;
const READ = "SELECT comment_id, hash FROM comment_requests WHERE author_id = ? AND request_id = ?";

/** Claims the request id for this comment. The claim that stands: ours, or an earlier one. */
export async function claimRequest(
  cql: Cql,
  author: UserId,
  requestId: string,
  claim: Claim,
): Promise<Claim> {
  const { commentId, hash } = claim;
  const answer = await compareAndSet(cql, {
    statement: { query: CLAIM, values: [author, requestId, commentId, hash] },
    readBack: { query: READ, values: [author, requestId] },
    judge: ofRow(
      (row) => row?.comment_id === commentId,
      (row) => row === undefined,
    ),
  });
  if (answer.applied) return claim;
  const [row] = answer.rows;
  return { commentId: trustedPostId(row.comment_id as bigint), hash: row.hash as Buffer };
}
