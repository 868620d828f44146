import { type DomainCode, DomainError } from "../../platform/grpc/errors/errors.ts";

/** What to do with a message that failed by itself. */
export type Verdict =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "stop"; readonly reason: string };

/** How often a message may fail when its error does not say that it always will. */
export const MAX_MESSAGE_ATTEMPTS = 5;
const FIRST_WAIT_MS = 50;
const MAX_WAIT_MS = 10_000;
/**
 * When nobody served the call (the owner is gone, the shard has none, it is another's), one probe at a time
 * costs nobody much, and whoever takes over is to be found soon: a back-off that grew during a failover of
 * twelve seconds would outlive it by five.
 */
const MAX_UNSERVED_WAIT_MS = 500;

/** The message is wrong, and will be as wrong the next time. */
const HOPELESS: ReadonlySet<DomainCode> = new Set([
  "INVALID_ARGUMENT",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "FAILED_PRECONDITION",
  "OUT_OF_RANGE",
]);

/** A fault of the target that this message may have caused. */
const SUSPICIOUS: ReadonlySet<DomainCode> = new Set(["INTERNAL", "UNKNOWN", "DATA_LOSS"]);

/**
 * Whether a failure says nothing about the message: UNAVAILABLE, DEADLINE_EXCEEDED,
 * RESOURCE_EXHAUSTED, UNIMPLEMENTED while versions differ, and the like. The message is then kept for
 * as long as it takes, and the failure never counts.
 */
export function isTargetsFault(error: unknown): boolean {
  if (!(error instanceof DomainError)) return false;
  return !HOPELESS.has(error.code) && !SUSPICIOUS.has(error.code);
}

/** How long to leave a target alone after its `attempt`-th failure in a row (from 1), ms. */
export function targetWaitMs(attempt: number, error: unknown, random: number): number {
  const { code, retryAfterMs = 0 } = error instanceof DomainError ? error : {};
  const maxMs = code === "UNAVAILABLE" ? MAX_UNSERVED_WAIT_MS : MAX_WAIT_MS;
  return Math.max(retryAfterMs, backoffMs(attempt, random, maxMs));
}

/** How long an item waits alone that a target, which serves others, failed so often to serve, ms. */
export function itemWaitMs(attempt: number, random: number): number {
  return backoffMs(attempt, random);
}

/** Whether to try a message again after its `attempt`-th failure (from 1). `random` is 0 to 1. */
export function messageVerdict(attempt: number, error: unknown, random: number): Verdict {
  if (error instanceof DomainError && HOPELESS.has(error.code)) {
    return { kind: "stop", reason: reasonOf(error) };
  }
  if (attempt < MAX_MESSAGE_ATTEMPTS) return { kind: "wait", ms: backoffMs(attempt, random) };
  return { kind: "stop", reason: `${reasonOf(error)} (${attempt} times)` };
}

/** Exponential; half of it is jitter. */
function backoffMs(attempt: number, random: number, maxMs = MAX_WAIT_MS): number {
  const ms = Math.min(maxMs, FIRST_WAIT_MS * 2 ** Math.min(attempt - 1, 30));
  return ms / 2 + (random * ms) / 2;
}

function reasonOf(error: unknown): string {
  if (error instanceof DomainError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
