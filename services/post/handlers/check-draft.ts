import {
  MAX_CLIENT_BYTES,
  MAX_DEVICE_BYTES,
  MAX_PLACE_NAME_BYTES,
  MAX_TEXT_BYTES,
} from "../../model/limits.ts";
import { mayHoldControls, textOf, unreadableText } from "../../model/texts/readable-text.ts";
import { callerId, REQUEST_ID } from "../../platform/grpc/caller-id.ts";
import { invalidArgument, refuseField } from "../../platform/grpc/errors/errors.ts";
import type { PlaceDraft, PostDraft } from "../ports.ts";
import { degrees, label, userId, utf8 } from "./arguments.ts";
import type { RawCreatePost, RawPlace } from "./create-post-request.ts";

const MAX_LATITUDE = 90;
const MAX_LONGITUDE = 180;
const SPACE = 0x20;
/** Of UTF-8: from here on a character takes several bytes, and may be a space, too. */
const FIRST_OF_MANY_BYTES = 0x80;

/** The post that the request asks for. INVALID_ARGUMENT names the first field that is wrong. */
export function checkDraft(request: RawCreatePost): PostDraft {
  const authorId = userId("author_id", request.authorId);
  const text = utf8("text", request.text, MAX_TEXT_BYTES);
  checkReadable(text);
  return {
    authorId,
    text,
    requestId: callerId("request_id", request.requestId, REQUEST_ID),
    client: label("client", request.client, MAX_CLIENT_BYTES),
    device: label("device", request.device, MAX_DEVICE_BYTES),
    place: request.place && checkPlace(request.place),
  };
}

/** There must be something to read. */
function checkReadable(text: Uint8Array): void {
  if (text.length === 0) {
    throw invalidArgument("text", "is empty", `send 1 to ${MAX_TEXT_BYTES} bytes`);
  }
  // Most texts begin with something that can be seen; only the others are decoded.
  const [first] = text;
  const isVisible = first > SPACE && first < FIRST_OF_MANY_BYTES;
  if (isVisible && !mayHoldControls(text)) return;
  refuseField("text", unreadableText(textOf(text)));
}

function checkPlace(place: RawPlace): PlaceDraft {
  return {
    name: label("place.name", place.name, MAX_PLACE_NAME_BYTES),
    latitude: degrees("place.latitude", place.latitude, MAX_LATITUDE),
    longitude: degrees("place.longitude", place.longitude, MAX_LONGITUDE),
  };
}
