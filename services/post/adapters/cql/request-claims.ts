import type { UserId } from "../../../model/ids.ts";
import { compareAndSet, ofRow } from "../../../platform/storage/cql/cas.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import type { Claim } from "../../domain/claims.ts";
import { postIdIn } from "./post-rows.ts";

const CLAIM = `INSERT INTO post_requests (author_id, request_id, post_id, text_hash)
  VALUES (?, ?, ?, ?) IF NOT EXISTS`;
const READ = `SELECT post_id, text_hash FROM post_requests WHERE author_id = ? AND request_id = ?`;

/** Claims the request id for this post. The claim that stands: ours, or an earlier one. */
export async function claimRequest(
  cql: Cql,
  author: UserId,
  requestId: string,
  claim: Claim,
): Promise<Claim> {
  const result = await compareAndSet(cql, {
    statement: { query: CLAIM, values: [author, requestId, claim.postId, claim.textHash] },
    readBack: { query: READ, values: [author, requestId] },
    judge: ofRow(
      (row) => row?.post_id === claim.postId,
      (row) => row === undefined,
    ),
  });
  if (result.applied) return claim;
  const [row] = result.rows;
  return { postId: postIdIn(row), textHash: row.text_hash as Buffer };
}
