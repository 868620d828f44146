/**
 * The messages of a page, made and read without an object an entry: ids and tokens go from an answer to
 * the next request as the bytes that they came in.
 */
import type { BinaryReader } from "@bufbuild/protobuf/wire";
import { BackwardWriter } from "../../../services/model/wire/backward-writer.ts";
import {
  BYTES,
  checkedEnd,
  decodeMessage,
  endOfNested,
  skipField,
  tagOf,
  VARINT,
} from "../../../services/model/wire/fields.ts";

const VIEWER_ID = tagOf(1, VARINT);
const LIMIT = tagOf(3, VARINT);
const PAGE_TOKEN = tagOf(4, BYTES);
const ENTRIES = tagOf(1, BYTES);
const NEXT_PAGE_TOKEN = tagOf(2, BYTES);
const ENTRY_POST_ID = tagOf(1, VARINT);
const POST_IDS = tagOf(1, BYTES);
/** Tags, an id of up to 31 bits, a limit and lengths. */
const FIXED_BYTES = 32;
const MAX_UTF8_BYTES_PER_UNIT = 3;

export interface PageAnswer {
  /** Varints in a row, as BatchGetPosts takes them. */
  readonly postIds: Uint8Array;
  /** Empty at the end of the timeline. */
  readonly token: string;
}

/** GetTimelineRequest. */
export function encodePageRequest(viewer: number, limit: number, token: string): Uint8Array {
  const writer = new BackwardWriter(FIXED_BYTES + MAX_UTF8_BYTES_PER_UNIT * token.length);
  if (token !== "") writer.string(PAGE_TOKEN, token);
  writer.uint32(LIMIT, limit);
  writer.uint32(VIEWER_ID, viewer);
  return writer.finish();
}

/** GetTimelineResponse, as far as the next requests need it. Throws a WireError on what is none. */
export function decodePageAnswer(bytes: Uint8Array): PageAnswer {
  const ids: Uint8Array[] = [];
  let token = "";
  decodeMessage("GetTimelineResponse", bytes, (reader) => {
    while (reader.pos < reader.len) {
      const tag = reader.uint32();
      if (tag === ENTRIES) ids.push(readPostId(reader));
      else if (tag === NEXT_PAGE_TOKEN) token = reader.string();
      else skipField(reader, tag);
    }
  });
  return { postIds: Buffer.concat(ids), token };
}

/** BatchGetPostsRequest. */
export function encodePostsRequest(postIds: Uint8Array): Uint8Array {
  const writer = new BackwardWriter(FIXED_BYTES + postIds.length);
  writer.bytes(POST_IDS, postIds);
  return writer.finish();
}

/** What is not written is 0. */
const NO_ID = new Uint8Array(1);

function readPostId(reader: BinaryReader): Uint8Array {
  const end = endOfNested(reader, reader.len);
  let id: Uint8Array = NO_ID;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === ENTRY_POST_ID) id = reader.skip(VARINT);
    else skipField(reader, tag);
  }
  checkedEnd(reader.pos, end);
  return id;
}
