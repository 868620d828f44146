import {
  type PostId,
  postTimeMs,
  trustedPostId,
  trustedUserId,
  type UserId,
} from "../../model/ids.ts";
import { BackwardWriter } from "../../model/wire/backward-writer.ts";
import { BYTES, FIXED64, tagOf, VARINT } from "../../model/wire/fields.ts";
import type { PlaceDraft, PostDraft } from "../ports.ts";

/**
 * Posts are stored as the tidings.post.v1.Post they are read as, so that a read copies bytes and
 * decodes nothing. Fields are written last first.
 */
const POST_ID = tagOf(1, VARINT);
const AUTHOR_ID = tagOf(2, VARINT);
const TEXT = tagOf(3, BYTES);
const CREATE_TIME_MS = tagOf(4, VARINT);
const CLIENT = tagOf(5, BYTES);
const DEVICE = tagOf(6, BYTES);
const PLACE = tagOf(7, BYTES);
const DELETED = tagOf(8, VARINT);
const PLACE_NAME = tagOf(1, BYTES);
const PLACE_LATITUDE = tagOf(2, FIXED64);
const PLACE_LONGITUDE = tagOf(3, FIXED64);

/** Tags, lengths, numbers and the doubles of a place, at their longest. */
const MAX_FIXED_PART_BYTES = 96;

/** The encoded post. */
export function encodePost(postId: PostId, draft: PostDraft): Buffer {
  const { text, client, device, place } = draft;
  const texts = text.length + client.length + device.length + (place?.name.length ?? 0);
  const writer = new BackwardWriter(MAX_FIXED_PART_BYTES + texts);
  if (place) writePlace(writer, place);
  if (device.length > 0) writer.bytes(DEVICE, device);
  if (client.length > 0) writer.bytes(CLIENT, client);
  writer.int64(CREATE_TIME_MS, BigInt(postTimeMs(postId)));
  writer.bytes(TEXT, text);
  writer.int64(AUTHOR_ID, draft.authorId);
  writer.int64(POST_ID, postId);
  return writer.finish();
}

/** The author of an erased post. */
export const NOBODY = 0n;

/** What stays of a deleted post. */
export function encodeDeletedPost(postId: PostId, authorId: UserId | typeof NOBODY): Buffer {
  const writer = new BackwardWriter(MAX_FIXED_PART_BYTES);
  writer.uint32(DELETED, 1);
  writer.int64(CREATE_TIME_MS, BigInt(postTimeMs(postId)));
  writer.int64(AUTHOR_ID, authorId);
  writer.int64(POST_ID, postId);
  return writer.finish();
}

function writePlace(writer: BackwardWriter, { name, latitude, longitude }: PlaceDraft): void {
  const end = writer.mark();
  writer.double(PLACE_LONGITUDE, longitude);
  writer.double(PLACE_LATITUDE, latitude);
  if (name.length > 0) writer.bytes(PLACE_NAME, name);
  writer.nested(PLACE, end);
}

/** Whose post it is: the first two fields of every encoded post. */
export function idsOfMessage(message: Uint8Array): { postId: PostId; authorId: UserId } {
  let at = 1; // after the tag of the post id
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n, at++) {
      value |= BigInt(message[at] & 0x7f) << shift;
      if (message[at] < 0x80) break;
    }
    at += 2; // past the last byte and the next tag
    return value;
  };
  const postId = trustedPostId(varint());
  return { postId, authorId: trustedUserId(varint()) };
}
