import type { Claim } from "../../../model/claims.ts";
import { trustedPostId, type UserId } from "../../../model/ids.ts";
import { compareAndSet, ofRow } from "../cql/cas.ts";
import type { Cql } from "../cql/session.ts";

/** Where claims are kept: a row by author_id and request_id, which expires, and what its columns are called. */
export interface ClaimRows {
  readonly table: string;
  readonly idColumn: string;
  readonly hashColumn: string;
}

/** Claims the request id. The claim that stands: ours, or an earlier one. */
export async function claimRequest(
  cql: Cql,
  { table, idColumn, hashColumn }: ClaimRows,
  { author, requestId }: { readonly author: UserId; readonly requestId: string },
  claim: Claim,
): Promise<Claim> {
  const insert = `INSERT INTO ${table} (author_id, request_id, ${idColumn}, ${hashColumn})
    VALUES (?, ?, ?, ?) IF NOT EXISTS`;
  const read = `SELECT ${idColumn}, ${hashColumn} FROM ${table}
    WHERE author_id = ? AND request_id = ?`;
  const answer = await compareAndSet(cql, {
    statement: { query: insert, values: [author, requestId, claim.id, claim.hash] },
    readBack: { query: read, values: [author, requestId] },
    judge: ofRow(
      (row) => row?.[idColumn] === claim.id,
      (row) => row === undefined,
    ),
  });
  if (answer.applied) return claim;
  const [row] = answer.rows;
  return { id: trustedPostId(row[idColumn] as bigint), hash: row[hashColumn] as Buffer };
}
