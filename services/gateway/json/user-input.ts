import { isId } from "../../model/ids.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";

/** The id in a string of digits, which the schema has checked; its range is checked here. */
export function idOf(text: string, field: string): bigint {
  const id = BigInt(text);
  if (!isId(id)) throw invalidArgument(field, "must be from 1 to 9223372036854775807 (2^63-1)");
  return id;
}

/** The time in ms since the Unix epoch; the schema has checked its form. */
export function timeMsOf(text: string, field: string): number {
  const timeMs = Date.parse(text);
  if (timeMs > 0) return timeMs;
  throw invalidArgument(field, "must be a time after 1970", "for example 2026-11-21T09:30:00Z");
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
