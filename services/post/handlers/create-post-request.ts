import type { BinaryReader } from "@bufbuild/protobuf/wire";
import {
  BYTES,
  decodeMessage,
  endOfNested,
  FIXED64,
  skipField,
  tagOf,
  VARINT,
} from "../../model/wire/fields.ts";
import { WireError } from "../../model/wire/id-pairs.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";

/** CreatePostRequest with its texts as bytes: views of the request. Nothing is checked yet. */
export interface RawCreatePost {
  authorId: bigint;
  text: Uint8Array;
  requestId: Uint8Array;
  client: Uint8Array;
  device: Uint8Array;
  place: RawPlace | undefined;
}

export interface RawPlace {
  name: Uint8Array;
  latitude: number;
  longitude: number;
}

const NO_BYTES = new Uint8Array();
const AUTHOR_ID = tagOf(1, VARINT);
const TEXT = tagOf(2, BYTES);
const REQUEST_ID = tagOf(3, BYTES);
const CLIENT = tagOf(4, BYTES);
const DEVICE = tagOf(5, BYTES);
const PLACE = tagOf(6, BYTES);
const PLACE_NAME = tagOf(1, BYTES);
const PLACE_LATITUDE = tagOf(2, FIXED64);
const PLACE_LONGITUDE = tagOf(3, FIXED64);

/**
 * Decodes the bytes of a CreatePostRequest. The generated decoder would put U+FFFD in the place of
 * ill-formed UTF-8 without a word; here the bytes are still there to be checked, and to be stored.
 * Throws INVALID_ARGUMENT when the bytes are no such message.
 */
export function decodeCreatePost(bytes: Uint8Array): RawCreatePost {
  const request: RawCreatePost = {
    authorId: 0n,
    text: NO_BYTES,
    requestId: NO_BYTES,
    client: NO_BYTES,
    device: NO_BYTES,
    place: undefined,
  };
  try {
    decodeMessage("request", bytes, (reader) => {
      while (reader.pos < reader.len) readField(reader, request);
    });
  } catch (error) {
    if (error instanceof WireError) throw invalidArgument(error.field, error.problem);
    throw error;
  }
  return request;
}

function readField(reader: BinaryReader, request: RawCreatePost): void {
  const tag = reader.uint32();
  switch (tag) {
    case AUTHOR_ID:
      request.authorId = BigInt(reader.int64());
      return;
    case TEXT:
      request.text = reader.bytes();
      return;
    case REQUEST_ID:
      request.requestId = reader.bytes();
      return;
    case CLIENT:
      request.client = reader.bytes();
      return;
    case DEVICE:
      request.device = reader.bytes();
      return;
    case PLACE:
      request.place ??= { name: NO_BYTES, latitude: 0, longitude: 0 };
      readPlace(reader, request.place);
      return;
    default:
      skipField(reader, tag);
  }
}

/** A place that comes in several parts is merged, as protobuf wants. */
function readPlace(reader: BinaryReader, place: RawPlace): void {
  const end = endOfNested(reader, reader.len);
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag === PLACE_NAME) place.name = reader.bytes();
    else if (tag === PLACE_LATITUDE) place.latitude = reader.double();
    else if (tag === PLACE_LONGITUDE) place.longitude = reader.double();
    else skipField(reader, tag);
  }
  if (reader.pos > end) throw new RangeError("cut off");
}
