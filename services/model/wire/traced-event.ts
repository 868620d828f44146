import { isTraceparent } from "../traceparent.ts";

/** Event.trace_parent: the highest field of the message, and so the last in its bytes. */
const TRACE_PARENT_TAG = (10 << 3) | 2;
const TRACEPARENT_BYTES = 55;
const FIELD_BYTES = TRACEPARENT_BYTES + 2;

/** The traceparent of an encoded Event, without decoding the rest; "" when it has none, as nearly all have. */
export function traceparentIn(event: Uint8Array): string {
  const at = event.length - FIELD_BYTES;
  if (at < 0 || event[at] !== TRACE_PARENT_TAG || event[at + 1] !== TRACEPARENT_BYTES) return "";
  const text = Buffer.from(event.buffer, event.byteOffset + at + 2, TRACEPARENT_BYTES).toString();
  return isTraceparent(text) ? text : "";
}
