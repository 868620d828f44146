/**
 * Where a piece of work belongs among traces, as W3C's traceparent (Trace Context, level 1):
 * "00-TRACE-SPAN-FLAGS". It travels with calls and messages as a text.
 */
export const TRACEPARENT_KEY = "traceparent";

const FORM = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
const LENGTH = 55;
/** Of the last character, a hex digit whose lowest bit says whether spans are recorded. */
const LAST = LENGTH - 1;
const NINE = "9".charCodeAt(0);

export interface TraceIds {
  readonly traceId: string;
  readonly spanId: string;
}

/** The ids in it; undefined when it is none. */
export function traceIdsOf(traceparent: string): TraceIds | undefined {
  const [, traceId, spanId] = FORM.exec(traceparent) ?? [];
  return traceId === undefined ? undefined : { traceId, spanId };
}

export function isTraceparent(text: string): boolean {
  return FORM.test(text);
}

/** Whether spans of it are recorded. Cheap, for each call asks: of what is no traceparent it says no. */
export function isSampled(traceparent: string | undefined): traceparent is string {
  if (traceparent?.length !== LENGTH) return false;
  const digit = traceparent.charCodeAt(LAST);
  // The codes of digits have the parity of their values; those of a to f have the other.
  return (digit & 1) === (digit <= NINE ? 1 : 0);
}

export function traceparentOf({ traceId, spanId }: TraceIds, sampled: boolean): string {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

/**
 * What follows a change through stores, outboxes and messages: the request id, and where the change belongs among
 * traces, if it is traced. One text, for stores pass it on and do not look into it.
 */
const SEPARATOR = "\n";

export function trailOf(requestId: string, traceparent: string | undefined): string {
  return isSampled(traceparent) ? `${requestId}${SEPARATOR}${traceparent}` : requestId;
}

export interface Trail {
  readonly requestId: string;
  /** "": it is not traced. */
  readonly traceparent: string;
}

export function readTrail(trail: string): Trail {
  const at = trail.indexOf(SEPARATOR);
  if (at < 0) return { requestId: trail, traceparent: "" };
  return { requestId: trail.slice(0, at), traceparent: trail.slice(at + 1) };
}
