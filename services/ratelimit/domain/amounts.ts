/** Operations and bytes: what every limit counts, together. Whole numbers; Infinity is no limit. */
export interface Amounts {
  readonly ops: number;
  readonly bytes: number;
}

/** What one node of the tree promises and forbids. Every field is set: `limitsOf` fills in what was left out. */
export interface NodeLimits {
  /** Assured: operations an hour, bytes a second. Infinity: this resource is not limited here. */
  readonly rate: Amounts;
  /** Never passed, also when others lend; the same units. */
  readonly ceiling: Amounts;
  /** At once: operations, bytes. */
  readonly burst: Amounts;
  /** Once, when a VM boots, on top of its own limits (never of its host's): operations, bytes. */
  readonly boot: Amounts;
  /** Its part of what is lent among siblings of one priority. */
  readonly weight: number;
  /** 0 is lent to first, 7 last. */
  readonly priority: number;
  /** What a holder may use while no coordinator answers. */
  readonly safe: Amounts;
}

/** Rates of operations are kept an hour, so that "5 a minute" is exact; of bytes a second. */
export const OPS_RATE_SECONDS = 3_600;
const US_PER_SECOND = 1_000_000;

/**
 * Tokens are counted in units small enough that one microsecond of any rate is a whole number of them:
 * a refill is rate x us, exact, so no remainder is ever dropped. Doubles are exact to 2^53 units.
 */
export const UNITS: Amounts = { ops: OPS_RATE_SECONDS * US_PER_SECOND, bytes: US_PER_SECOND };

/** Twice these, in units, stay below 2^53. */
export const MAX_BURST: Amounts = { ops: 1_000_000, bytes: 4 * 1_024 ** 3 };
/** Beyond these a bucket is full again within a microsecond. */
export const MAX_RATE: Amounts = { ops: 1_000_000 * OPS_RATE_SECONDS, bytes: 100 * 1_024 ** 3 };
export const PRIORITIES = 8;
export const MAX_WEIGHT = 10_000;

export const NOTHING: Amounts = { ops: 0, bytes: 0 };
export const UNLIMITED: Amounts = { ops: Infinity, bytes: Infinity };

export function mapAmounts(of: (resource: "ops" | "bytes") => number): Amounts {
  return { ops: of("ops"), bytes: of("bytes") };
}
