import { type DomainError, OVERLOADED, unavailable } from "../grpc/errors/errors.ts";
import type { Admission, Refusal } from "./admission.ts";
import type { Priority } from "./priority.ts";

/** When to come again, ms: whoever matters less stays away for longer, and gives the others time. */
const RETRY_AFTER_MS: Readonly<Record<Priority, number>> = {
  page: 100,
  live: 200,
  scroll: 500,
  fill: 2_000,
  rebuild: 5_000,
};

/** `random` from 0 to 1: those who were refused together must not come again together. */
function waitMs(priority: Priority, random: number): number {
  return Math.round(RETRY_AFTER_MS[priority] * (1 + random));
}

export interface Refused {
  /** Who refuses: a service. */
  readonly by: string;
  readonly why: Refusal;
  readonly priority: Priority;
  readonly admission: Admission;
  /** From 0 to 1. */
  readonly random: number;
}

/** What a caller is told who is not let in: why, by whom, and when to come again. */
export function overloaded({ by, why, priority, admission, random }: Refused): DomainError {
  const limit = Math.floor(admission.roomOf(priority));
  const retryAfterMs = waitMs(priority, random);
  const problem =
    why === "limit"
      ? `${by} has all the calls it can do at a time; as "${priority}" there is room for ${limit}`
      : `the caller has its share of what ${by} can do at a time; others are to have theirs`;
  return unavailable(`${problem}. Nothing was begun: come again in ${retryAfterMs} ms`, {
    reason: OVERLOADED,
    metadata: { by, priority, met: why },
    retryAfterMs,
  });
}

/** What a caller is told whose call was not even sent: `by` refuses so many that this one had little hope. */
export function heldBack(by: string, priority: Priority, random: number): DomainError {
  const retryAfterMs = waitMs(priority, random);
  const problem = `not sent: ${by} refuses many calls of this process as "${priority}"`;
  return unavailable(`${problem}. Come again in ${retryAfterMs} ms`, {
    reason: OVERLOADED,
    metadata: { by, priority, met: "throttle" },
    retryAfterMs,
  });
}
