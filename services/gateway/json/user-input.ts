import { isId } from "../../model/ids.ts";
import { MAX_CLIENT_BYTES, MAX_DEVICE_BYTES, MAX_PLACE_NAME_BYTES } from "../../model/limits.ts";
import { noSuchDay } from "../../model/texts/calendar-day.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import type { OriginFields } from "../schemas/post.ts";

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
  const missing = noSuchDay(text) ?? (Number.isNaN(timeMs) ? text : undefined);
  if (missing !== undefined) throw invalidArgument(field, `there is no ${missing}`, FORM);
  if (timeMs > 0) return timeMs;
  throw invalidArgument(field, "must be a time after 1970", FORM);
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
