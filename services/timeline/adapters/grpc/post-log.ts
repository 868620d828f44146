import {
  PostLogDirection,
  PostServiceService,
  type PostLogRow as SentRow,
} from "#gen/post/v1/post.ts";
import { decodePostLogRow } from "../../../model/wire/post-log-row.ts";
import { type Channel, createClient } from "../../../platform/grpc/client/client.ts";
import type { LogPlace, PostLog, PostLogRow } from "../../ports.ts";

export interface PostLogOptions {
  /** Bounds each call, ms. */
  readonly timeoutMs: number;
  readonly watch?: PostLog["watch"];
}

/** The post log, as the post service serves it on every engine. */
export function createPostLog(channel: Channel, { timeoutMs, watch }: PostLogOptions): PostLog {
  const client = createClient(PostServiceService, channel);
  const list = async (
    generation: bigint,
    { seq, bucket }: LogPlace,
    limit: number,
    direction: PostLogDirection,
  ): Promise<PostLogRow[]> => {
    const request = { generation, seq: BigInt(seq), bucket, direction, limit };
    const { rows } = await client.listPostLog(request, { timeoutMs });
    return rows.map(rowOf);
  };
  return {
    heads: async () => {
      const { beganPostId, heads } = await client.getPostLogHeads({}, { timeoutMs });
      return { began: beganPostId, heads: heads.map((one) => ({ ...one, seq: Number(one.seq) })) };
    },
    after: (generation, place, limit) => list(generation, place, limit, PostLogDirection.AFTER),
    before: (generation, place, limit) => list(generation, place, limit, PostLogDirection.BEFORE),
    ...(watch && { watch }),
  };
}

/** A row from what was sent. Throws WireError when its bytes are none. */
export function rowOf({ seq, bucket, previousBucket, packed }: SentRow): PostLogRow {
  return { seq: Number(seq), bucket, previousBucket, ...decodePostLogRow(packed) };
}
