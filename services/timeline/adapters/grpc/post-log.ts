import { PostLogDirection, PostServiceService } from "#gen/post/v1/post.ts";
import { decodePostLogRow } from "../../../model/wire/post-log-row.ts";
import { type Channel, createClient } from "../../../platform/grpc/client/client.ts";
import type { LogPlace, PostLog, PostLogRow } from "../../ports.ts";

/** The post log, as the post service serves it on every engine. `timeoutMs` bounds each call. */
export function createPostLog(channel: Channel, timeoutMs: number): PostLog {
  const client = createClient(PostServiceService, channel);
  const list = async (
    generation: bigint,
    { seq, bucket }: LogPlace,
    limit: number,
    direction: PostLogDirection,
  ): Promise<PostLogRow[]> => {
    const request = { generation, seq: BigInt(seq), bucket, direction, limit };
    const { rows } = await client.listPostLog(request, { timeoutMs });
    return rows.map(({ packed, ...row }) => ({
      seq: Number(row.seq),
      bucket: row.bucket,
      previousBucket: row.previousBucket,
      ...decodePostLogRow(packed),
    }));
  };
  return {
    heads: async () => {
      const { beganPostId, heads } = await client.getPostLogHeads({}, { timeoutMs });
      return { began: beganPostId, heads: heads.map((one) => ({ ...one, seq: Number(one.seq) })) };
    },
    after: (generation, place, limit) => list(generation, place, limit, PostLogDirection.AFTER),
    before: (generation, place, limit) => list(generation, place, limit, PostLogDirection.BEFORE),
  };
}
