import { Event } from "#gen/event/v1/event.ts";
import { type PostId, postTimeMs, type UserId } from "../../model/ids.ts";
import { readTrail } from "../../model/traceparent.ts";
import { BackwardWriter } from "../../model/wire/backward-writer.ts";
import { BYTES, tagOf, VARINT } from "../../model/wire/fields.ts";
import type { LoggedChange } from "../../model/wire/post-log-row.ts";

/** The event of a post, as tidings.event.v1.Event. Written by hand: one is made for each post. */
const EVENT_POST = tagOf(1, BYTES);
const EVENT_REQUEST_ID = tagOf(4, BYTES);
const EVENT_MESSAGE_ID = tagOf(5, BYTES);
const EVENT_TRACE_PARENT = tagOf(10, BYTES);
const POST_ID = tagOf(1, VARINT);
const AUTHOR_ID = tagOf(2, VARINT);
const CREATE_TIME_MS = tagOf(3, VARINT);
const DELETED = tagOf(4, VARINT);

const MESSAGE_ID_BYTES = 9;
const MAX_FIXED_PART_BYTES = 80;
const MAX_UTF8_BYTES_PER_UNIT = 3;

export interface PostChange {
  readonly postId: PostId;
  readonly authorId: UserId;
  readonly deleted: boolean;
  /** Follows the change through every log line and trace; see trailOf. */
  readonly traceId: string;
}

/** What an event tells of. Throws when it is not that of a post: nobody else writes to this outbox. */
export function changeOf({ payload }: { readonly payload: Uint8Array }): LoggedChange {
  const { event } = Event.decode(payload);
  if (event?.$case !== "post")
    throw new Error(`an event of ${event?.$case} in the outbox of posts`);
  const { postId, authorId, deleted } = event.value;
  return { postId, authorId, deleted };
}

/** The encoded event that tells of a creation or a deletion. */
export function encodePostEvent({ postId, authorId, deleted, traceId }: PostChange): Buffer {
  const writer = new BackwardWriter(
    MAX_FIXED_PART_BYTES + traceId.length * MAX_UTF8_BYTES_PER_UNIT,
  );
  const { requestId, traceparent } = readTrail(traceId);
  if (traceparent !== "") writer.string(EVENT_TRACE_PARENT, traceparent);
  writer.bytes(EVENT_MESSAGE_ID, messageId(postId, deleted));
  if (requestId !== "") writer.string(EVENT_REQUEST_ID, requestId);
  const end = writer.mark();
  if (deleted) writer.uint32(DELETED, 1);
  writer.int64(CREATE_TIME_MS, BigInt(postTimeMs(postId)));
  writer.int64(AUTHOR_ID, authorId);
  writer.int64(POST_ID, postId);
  writer.nested(EVENT_POST, end);
  return writer.finish();
}

/** A post is created once, and deleted once. */
function messageId(postId: PostId, deleted: boolean): Buffer {
  const id = Buffer.allocUnsafe(MESSAGE_ID_BYTES);
  id.writeBigUInt64BE(postId);
  id.writeUInt8(deleted ? 1 : 0, MESSAGE_ID_BYTES - 1);
  return id;
}
