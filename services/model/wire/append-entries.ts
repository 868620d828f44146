/**
 * AppendEntriesRequest as both of its ends use it: the fan-out worker encodes, the timeline service
 * decodes. The same bytes as the schema in tidings/timeline/v1; `viewer_ids` stays bytes throughout.
 */
import type { BinaryReader } from "@bufbuild/protobuf/wire";
import { isId, type PostId, trustedPostId, trustedUserId, type UserId } from "../ids.ts";
import { MAX_APPEND_POSTS, MAX_APPEND_VIEWERS_PER_POST } from "../limits.ts";
import { BackwardWriter } from "./backward-writer.ts";
import {
  BYTES,
  checkedEnd,
  decodeMessage,
  endOfNested,
  FIXED64,
  fixed64Bytes,
  skipField,
  tagOf,
  VARINT,
} from "./fields.ts";
import { bytesOfPairs, IdArena, problemOfPairs, WireError } from "./id-pairs.ts";

/** Posts and the viewers each goes to. */
export interface AppendBatch {
  readonly appends: readonly PostAppendHot[];
}

export interface PostAppendHot {
  readonly postId: PostId;
  readonly authorId: UserId;
  readonly deleted: boolean;
  /** Pairs of 32-bit halves, low first: viewer i is at [2i] and [2i + 1]. Ascending is fastest. */
  readonly viewers: Uint32Array;
  readonly createTimeMs: number;
  readonly requestId: string;
  /** Only of a post that is traced. */
  readonly traceparent?: string | undefined;
}

const APPENDS = tagOf(1, BYTES);
const POST_ID = tagOf(1, VARINT);
const AUTHOR_ID = tagOf(2, VARINT);
const DELETED = tagOf(3, VARINT);
const VIEWER_IDS_PACKED = tagOf(4, BYTES);
const VIEWER_ID = tagOf(4, FIXED64);
const CREATE_TIME_MS = tagOf(5, VARINT);
const REQUEST_ID = tagOf(6, BYTES);
const TRACE_PARENT = tagOf(7, BYTES);

/** Of one post without its viewers and request id: six tags, varints and lengths at their longest. */
const MAX_FIXED_PART_BYTES = 64;
const MAX_UTF8_BYTES_PER_UNIT = 3;

/**
 * For the client's `requestSerialize`. The result shares no memory with the batch. Ids must be ids:
 * out of range they would be cut to 64 bits.
 */
export function encodeAppendEntries(batch: AppendBatch): Buffer {
  let capacity = 0;
  for (const { viewers, requestId, traceparent = "" } of batch.appends) {
    const textBytes = (requestId.length + traceparent.length) * MAX_UTF8_BYTES_PER_UNIT;
    capacity += MAX_FIXED_PART_BYTES + textBytes + viewers.byteLength;
  }
  const writer = new BackwardWriter(capacity);
  for (let i = batch.appends.length - 1; i >= 0; i--) {
    const post = batch.appends[i];
    const end = writer.mark();
    if (post.traceparent) writer.string(TRACE_PARENT, post.traceparent);
    if (post.requestId !== "") writer.string(REQUEST_ID, post.requestId);
    if (post.createTimeMs !== 0) writer.int64(CREATE_TIME_MS, BigInt(post.createTimeMs));
    if (post.viewers.length > 0) writer.bytes(VIEWER_IDS_PACKED, bytesOfPairs(post.viewers));
    if (post.deleted) writer.uint32(DELETED, 1);
    writer.int64(AUTHOR_ID, post.authorId);
    writer.int64(POST_ID, post.postId);
    writer.nested(APPENDS, end);
  }
  return writer.finish();
}

/**
 * Decodes and validates: every id is 1 to 2^63-1, and the limits of the RPC hold. Packed, unpacked and
 * split `viewer_ids` are legal. Each id is copied once, into memory of the batch's own.
 * Throws WireError naming the field. Inside `requestDeserialize` that name would be lost: pass the bytes
 * through there, and decode in the handler.
 */
export function decodeAppendEntries(bytes: Uint8Array): AppendBatch {
  const appends: PostAppendHot[] = [];
  const arena = new IdArena(bytes.length);
  decodeMessage("appends", bytes, (reader) => {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === APPENDS) {
        if (appends.length === MAX_APPEND_POSTS) {
          throw new WireError("appends", `more than ${MAX_APPEND_POSTS}; send several requests`);
        }
        appends.push(decodePostAppend(appends.length, reader, arena));
      } else skipField(reader, tag);
    }
  });
  return { appends };
}

function decodePostAppend(index: number, reader: BinaryReader, arena: IdArena): PostAppendHot {
  const end = endOfNested(reader, reader.len);
  let postId = 0n;
  let authorId = 0n;
  let deleted = false;
  let createTimeMs = 0n;
  let requestId = "";
  let traceparent: string | undefined;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === VIEWER_IDS_PACKED) arena.add(reader.bytes());
    else if (tag === VIEWER_ID) arena.add(fixed64Bytes(reader));
    else if (tag === POST_ID) postId = reader.int64() as bigint;
    else if (tag === AUTHOR_ID) authorId = reader.int64() as bigint;
    else if (tag === DELETED) deleted = reader.bool();
    else if (tag === CREATE_TIME_MS) createTimeMs = reader.int64() as bigint;
    else if (tag === REQUEST_ID) requestId = reader.string();
    else if (tag === TRACE_PARENT) traceparent = reader.string();
    else skipField(reader, tag);
  }
  checkedEnd(reader.pos, end);
  const viewers = arena.take();
  const bad = badField(postId, authorId, viewers);
  if (bad !== undefined) throw new WireError(`appends[${index}].${bad.field}`, bad.problem);
  return {
    postId: trustedPostId(postId),
    authorId: trustedUserId(authorId),
    deleted,
    viewers,
    createTimeMs: Number(createTimeMs),
    requestId,
    traceparent,
  };
}

/** The first field that is not what the limits allow. */
function badField(
  postId: bigint,
  authorId: bigint,
  viewers: Uint32Array,
): { field: string; problem: string } | undefined {
  const problem = problemOfPairs(viewers);
  if (problem !== undefined) return { field: "viewer_ids", problem };
  if (!isId(postId)) return { field: "post_id", problem: `${postId}; an id is 1 to 2^63-1` };
  if (!isId(authorId)) return { field: "author_id", problem: `${authorId}; an id is 1 to 2^63-1` };
  if (viewers.length <= 2 * MAX_APPEND_VIEWERS_PER_POST) return undefined;
  const remedy = `at most ${MAX_APPEND_VIEWERS_PER_POST}; name the post again for the rest`;
  return { field: "viewer_ids", problem: `${viewers.length / 2}; ${remedy}` };
}
