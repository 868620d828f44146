import { WatchPostLogResponse } from "#gen/post/v1/post.ts";
import type { PostLogHead, PostLogRow } from "../ports.ts";

/** A row as it is sent. */
export function rowMessageOf({ seq, bucket, previousBucket, packed }: PostLogRow) {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.length);
  return { seq: BigInt(seq), bucket, previousBucket, packed: bytes };
}

export function headMessageOf({ generation, seq, bucket }: PostLogHead) {
  return { generation, seq: BigInt(seq), bucket };
}

/** A message of WatchPostLog, as it is sent to all who watch. */
export function encodeLogNews(head: PostLogHead, rows: readonly PostLogRow[]): Buffer {
  const message = { head: headMessageOf(head), rows: rows.map(rowMessageOf) };
  const bytes = WatchPostLogResponse.encode(message).finish();
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
