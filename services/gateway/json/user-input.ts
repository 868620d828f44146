import { isId } from "../../model/ids.ts";
import { MAX_CLIENT_BYTES, MAX_DEVICE_BYTES, MAX_PLACE_NAME_BYTES } from "../../model/limits.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import type { OriginFields } from "../schemas/post.ts";

const DAY_LENGTH = "2026-11-21".length;
const FORM = "for example 2026-11-21T09:30:00Z";

/** The id in a string of digits, which the schema has checked; its range is checked here. */
export function idOf(text: string, field: string): bigint {
  const id = BigInt(text);
  if (!isId(id)) throw invalidArgument(field, "must be from 1 to 9223372036854775807 (2^63-1)");
  return id;
}

/** The time in ms since the Unix epoch; the schema has checked its form. */
export function timeMsOf(text: string, field: string): number {
  const timeMs = Date.parse(text);
  if (!isDay(text)) throw invalidArgument(field, `there is no ${text.slice(0, DAY_LENGTH)}`, FORM);
  if (timeMs > 0) return timeMs;
  throw invalidArgument(field, "must be a time after 1970", FORM);
}

/** Date.parse takes 30 February for 2 March. */
function isDay(text: string): boolean {
  const day = text.slice(0, DAY_LENGTH);
  const midnight = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day);
}

/** A text within its limit in bytes of UTF-8. */
export function textWithin(text: string, maxBytes: number, field: string): string {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return text;
  throw invalidArgument(
    field,
    `is ${bytes.toLocaleString("en")} bytes of UTF-8, at most ${maxBytes.toLocaleString("en")}`,
    "shorten it",
  );
}

/** From where somebody does something, each text within its limit. */
export function originOf({ client = "", device = "", place }: OriginFields) {
  if (place !== undefined) textWithin(place.name, MAX_PLACE_NAME_BYTES, "place.name");
  return {
    client: textWithin(client, MAX_CLIENT_BYTES, "client"),
    device: textWithin(device, MAX_DEVICE_BYTES, "device"),
    place,
  };
}
