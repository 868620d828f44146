import { PostStatus } from "#gen/post/v1/post.ts";
import { BackwardWriter } from "../../model/wire/backward-writer.ts";
import { BYTES, tagOf, VARINT } from "../../model/wire/fields.ts";
import type { PostLookup } from "../ports.ts";

/** BatchGetPostsResponse before it is bytes: what was asked, and what is known of each. */
export interface PostResults {
  readonly postIds: readonly bigint[];
  readonly lookups: readonly PostLookup[];
}

const RESULTS = tagOf(1, BYTES);
const POST_ID = tagOf(1, VARINT);
const STATUS = tagOf(2, VARINT);
const POST = tagOf(3, BYTES);

/** Of one result without its post: tags, lengths, id and status at their longest. */
const MAX_FIXED_PART_BYTES = 32;

const STATUS_OF = {
  found: PostStatus.FOUND,
  deleted: PostStatus.DELETED,
  unknown: PostStatus.UNKNOWN,
} as const;

/** The encoded BatchGetPostsResponse. */
export function encodePostResults({ postIds, lookups }: PostResults): Buffer {
  let capacity = 0;
  for (const lookup of lookups) {
    capacity += MAX_FIXED_PART_BYTES + (lookup.kind === "unknown" ? 0 : lookup.message.length);
  }
  const writer = new BackwardWriter(capacity);
  for (let i = lookups.length - 1; i >= 0; i--) {
    const lookup = lookups[i];
    const end = writer.mark();
    if (lookup.kind !== "unknown") writer.bytes(POST, lookup.message);
    writer.uint32(STATUS, STATUS_OF[lookup.kind]);
    writer.int64(POST_ID, postIds[i]);
    writer.nested(RESULTS, end);
  }
  return writer.finish();
}
