/**
 * BatchListFriendsResponse and ListFriendsResponse as both of their ends use them: the friend service
 * encodes, the fan-out worker decodes. The same bytes as the schemas in tidings/friend/v1;
 * `friend_ids` stays bytes throughout.
 */
import type { BinaryReader } from "@bufbuild/protobuf/wire";
import { trustedUserId, type UserId } from "../ids.ts";
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

/** One person's friends. */
export interface FriendListHot {
  readonly userId: UserId;
  /** How many in all; more than `friends` holds when the list was too long to send. */
  readonly friendCount: number;
  /** Pairs of 32-bit halves, low first, ascending ids. */
  readonly friends: Uint32Array;
}

/** One message of ListFriends' stream. */
export interface FriendBatchHot {
  /** Of the whole list; in the stream's first message only, else 0. */
  readonly friendCount: number;
  readonly friends: Uint32Array;
  /** Whose edge has changed lately, as pairs; undefined: none. In the stream's first message only. */
  readonly changed?: Uint32Array | undefined;
}

const LISTS = tagOf(1, BYTES);
const USER_ID = tagOf(1, VARINT);
const LIST_COUNT = tagOf(2, VARINT);
const LIST_IDS_PACKED = tagOf(3, BYTES);
const LIST_ID = tagOf(3, FIXED64);
const BATCH_COUNT = tagOf(1, VARINT);
const BATCH_IDS_PACKED = tagOf(2, BYTES);
const BATCH_ID = tagOf(2, FIXED64);
const CHANGED_IDS_PACKED = tagOf(3, BYTES);
const CHANGED_ID = tagOf(3, FIXED64);

/** Of one list without its ids: tags, varints and lengths at their longest. */
const MAX_FIXED_PART_BYTES = 40;

/** BatchListFriendsResponse, for the server's `responseSerialize`. */
export function encodeBatchListFriends(lists: readonly FriendListHot[]): Buffer {
  let capacity = 0;
  for (const { friends } of lists) capacity += MAX_FIXED_PART_BYTES + friends.byteLength;
  const writer = new BackwardWriter(capacity);
  for (let i = lists.length - 1; i >= 0; i--) {
    const { userId, friendCount, friends } = lists[i];
    const end = writer.mark();
    if (friends.length > 0) writer.bytes(LIST_IDS_PACKED, bytesOfPairs(friends));
    if (friendCount !== 0) writer.uint32(LIST_COUNT, friendCount);
    writer.int64(USER_ID, userId);
    writer.nested(LISTS, end);
  }
  return writer.finish();
}

/** BatchListFriendsResponse, for the client's `responseDeserialize`. Throws WireError. */
export function decodeBatchListFriends(bytes: Uint8Array): FriendListHot[] {
  const lists: FriendListHot[] = [];
  const arena = new IdArena(bytes.length);
  decodeMessage("lists", bytes, (reader) => {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === LISTS) lists.push(decodeFriendList(lists.length, reader, arena));
      else skipField(reader, tag);
    }
  });
  return lists;
}

function decodeFriendList(index: number, reader: BinaryReader, arena: IdArena): FriendListHot {
  const end = endOfNested(reader, reader.len);
  let userId = 0n;
  let friendCount = 0;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === LIST_IDS_PACKED) arena.add(reader.bytes());
    else if (tag === LIST_ID) arena.add(fixed64Bytes(reader));
    else if (tag === USER_ID) userId = reader.int64() as bigint;
    else if (tag === LIST_COUNT) friendCount = reader.int32();
    else skipField(reader, tag);
  }
  checkedEnd(reader.pos, end);
  const friends = takeIds(`lists[${index}].friend_ids`, arena);
  return { userId: trustedUserId(userId), friendCount, friends };
}

/** ListFriendsResponse, for the server's `responseSerialize`. */
export function encodeFriendBatch({ friendCount, friends, changed }: FriendBatchHot): Buffer {
  const changedBytes = changed?.byteLength ?? 0;
  const writer = new BackwardWriter(MAX_FIXED_PART_BYTES + friends.byteLength + changedBytes);
  if (changed && changedBytes > 0) writer.bytes(CHANGED_IDS_PACKED, bytesOfPairs(changed));
  if (friends.length > 0) writer.bytes(BATCH_IDS_PACKED, bytesOfPairs(friends));
  if (friendCount !== 0) writer.uint32(BATCH_COUNT, friendCount);
  return writer.finish();
}

/** ListFriendsResponse, for the client's `responseDeserialize`. Throws WireError. */
export function decodeFriendBatch(bytes: Uint8Array): FriendBatchHot {
  let friendCount = 0;
  const arena = new IdArena(bytes.length);
  let changed: IdArena | undefined;
  decodeMessage("friends", bytes, (reader) => {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === BATCH_IDS_PACKED) arena.add(reader.bytes());
      else if (tag === BATCH_ID) arena.add(fixed64Bytes(reader));
      else if (tag === BATCH_COUNT) friendCount = reader.int32();
      else if (tag === CHANGED_IDS_PACKED || tag === CHANGED_ID) {
        changed ??= new IdArena(bytes.length);
        changed.add(tag === CHANGED_ID ? fixed64Bytes(reader) : reader.bytes());
      } else skipField(reader, tag);
    }
  });
  return {
    friendCount,
    friends: takeIds("friend_ids", arena),
    ...(changed && { changed: takeIds("changed_ids", changed) }),
  };
}

function takeIds(field: string, arena: IdArena): Uint32Array {
  const pairs = arena.take();
  const problem = problemOfPairs(pairs);
  if (problem !== undefined) throw new WireError(field, problem);
  return pairs;
}
