import { FLAG } from "./frames.ts";
import type { Headers } from "./header-cache.ts";

const UNKNOWN = 2;
const UNAVAILABLE = 14;

/** Of a call whose last headers these are; `status` is what was told before, or below 0. */
export function statusOf(headers: Headers, status: number): number {
  if (status >= 0) return status;
  return headers.get(":status") === "200" ? UNKNOWN : UNAVAILABLE;
}

/** The block itself (RFC 9113, 6.2). */
export function withoutPadding(flags: number, payload: Buffer): Buffer {
  const padding = flags & FLAG.padded ? payload[0] + 1 : 0;
  const start = (flags & FLAG.padded ? 1 : 0) + (flags & FLAG.priority ? 5 : 0);
  return payload.subarray(start, payload.length - (padding === 0 ? 0 : padding - 1));
}
