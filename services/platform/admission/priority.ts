/**
 * How much it matters that a call is answered now, highest first. Who waits for a first page leaves when it
 * does not come; who scrolls has something to read meanwhile; a fill or a rebuild has nobody who waits.
 */
export const PRIORITIES = ["page", "live", "scroll", "fill", "rebuild"] as const;

export type Priority = (typeof PRIORITIES)[number];

/** In the metadata of a call: one of PRIORITIES. A call that is served passes its own on. */
export const PRIORITY_KEY = "x-tidings-priority";

/** Of calls that say none, or none that is known: in the middle, so that nobody gains by silence. */
export const DEFAULT_PRIORITY: Priority = "scroll";

const KNOWN: ReadonlySet<unknown> = new Set(PRIORITIES);

export function priorityOf(sent: unknown): Priority {
  return knownPriority(sent) ?? DEFAULT_PRIORITY;
}

export function knownPriority(sent: unknown): Priority | undefined {
  return KNOWN.has(sent) ? (sent as Priority) : undefined;
}
