import { type Amounts, mapAmounts } from "../amounts.ts";
import type { LimitPath } from "../limits/path.ts";

/** How long leases last, and how they are kept, ms. */
export interface LeaseTimes {
  readonly lengthMs: number;
  /** A holder asks anew so often. */
  readonly refreshMs: number;
  /** A holder that fell silent may use its safe share so long, and it is kept for it. */
  readonly forgetMs: number;
}

/** As the variables' defaults are. */
export const LEASE_TIMES: LeaseTimes = { lengthMs: 5_000, refreshMs: 1_000, forgetMs: 120_000 };

/** One holder asks for one node: operations an hour, bytes a second. */
export interface Ask {
  readonly path: LimitPath;
  /** What was asked of it lately. */
  readonly wants: Amounts;
  /** What it may be using now, by its lease or as its safe share; nothing when it is new. */
  readonly has: Amounts;
  /** The safe share of the lease that it has. Absent: no more than that of the answer. */
  readonly safe?: Amounts;
  /** How long ago it asked for the lease that it has; undefined: it has none. */
  readonly ageMs: number | undefined;
  /** False: it uses nothing when its lease has ended, so that no safe share is kept for it. */
  readonly keepsSafe?: boolean;
  /** What it had in hand beyond a burst that became smaller, since it asked last. Absent: nothing. */
  readonly returned?: Amounts;
}

/** The right to use a part of a node's rate for a while. */
export interface Lease {
  readonly path: LimitPath;
  readonly granted: Amounts;
  /** Of the node's burst, what its bucket holds at most: operations, bytes. */
  readonly burst: Amounts;
  /** What is put into the bucket once, when the lease is heard of; a new bucket has nothing else. */
  readonly tokens: Amounts;
  /** Nobody used it yet, or only who gave it back with all below it full: what is below begins full. */
  readonly isFresh: boolean;
  /** What the holder may use when it hears nothing more: see `outstanding`. */
  readonly safe: Amounts;
  /** From when it was asked for; lengths only, since clocks of two machines are never compared. */
  readonly lengthMs: number;
  readonly refreshMs: number;
}

/** A lease as the coordinator remembers it. */
export interface Given {
  readonly lease: Lease;
  readonly wants: Amounts;
  /** What the holder said it had: it has that still when it never hears of this lease. */
  readonly had: Amounts;
  /** Its safe share, by this lease or by the one that it said it has if that is more. */
  readonly safe: Amounts;
  /** Of the burst: what its bucket may hold, by this lease or by the one before if that is more. */
  readonly burst: Amounts;
  /** On the coordinator's monotonic clock. */
  readonly untilMs: number;
  /** From when it may be on its way to its safe share, if it never hears of this lease. */
  readonly lateMs: number;
}

/**
 * What the coordinator keeps for a holder, of one resource: while its lease lasts what it was given, or
 * had before if that is more (only its next question shows that it heard of the lease); then its safe
 * share. (The holder itself falls to a smaller safe share at once, and to a larger one only a length
 * later, when every lease that was given of the difference has ended. If it never hears of this lease,
 * that is a length after the one before has ended: so the safe share is kept from then on.)
 */
export function reservedFor(given: Given, resource: keyof Amounts, nowMs: number): number {
  const { lease, had, untilMs, lateMs } = given;
  const safe = given.safe[resource];
  if (nowMs >= untilMs) return safe;
  const reserved = Math.max(lease.granted[resource], had[resource]);
  return nowMs >= lateMs ? Math.max(reserved, safe) : reserved;
}

/** A holder that is late is taken to want its safe share. */
export function wantsOf({ safe, wants, untilMs, lateMs }: Given, nowMs: number): Amounts {
  if (nowMs >= untilMs) return safe;
  return nowMs < lateMs ? wants : mapAmounts((r) => Math.max(wants[r], safe[r]));
}

/** How long ago a lease was asked for, by two clocks of its holder, ms. */
export interface Age {
  /** Stands still while the machine is suspended. */
  readonly monotonicMs: number;
  /** May step. */
  readonly wallMs: number;
}

/** What a lease still gives its holder. Whichever clock is wrong, it is never more for that. */
export function usable({ granted, safe, lengthMs }: Lease, age: Age): Amounts {
  if (Math.max(age.monotonicMs, age.wallMs) < lengthMs) return granted;
  if (Math.min(age.monotonicMs, age.wallMs) >= 2 * lengthMs) return safe;
  return mapAmounts((r) => Math.min(granted[r], safe[r]));
}
