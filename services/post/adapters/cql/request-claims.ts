import type { PostId, UserId } from "../../../model/ids.ts";
import { unavailable } from "../../../platform/grpc/errors/errors.ts";
import { compareAndSet } from "../../../platform/storage/cql/cas.ts";
import type { Cql, CqlRow } from "../../../platform/storage/cql/session.ts";
import type { Claim } from "../../domain/claims.ts";

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
  const statement = { query: CLAIM, values: [author, requestId, claim.postId, claim.textHash] };
  const readBack = { query: READ, values: [author, requestId] };
  const isOurs = (row: CqlRow | undefined) => row?.post_id === claim.postId;
  const result = await compareAndSet(cql, statement, readBack, isOurs);
  if (result.applied) return claim;
  if (!result.row) throw unavailable("the claim of a request id came to nothing");
  return { postId: result.row.post_id as PostId, textHash: result.row.text_hash as Buffer };
}
