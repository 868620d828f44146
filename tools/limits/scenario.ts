import {
  type Amounts,
  NOTHING,
  OPS_RATE_SECONDS,
} from "../../services/ratelimit/domain/amounts.ts";
import { LEASE_TIMES, type LeaseTimes } from "../../services/ratelimit/domain/leases/lease.ts";
import type { Limit } from "../../services/ratelimit/domain/limits/limit-book.ts";

/** Who asks: so many operations a second, at a node, on a host. */
export interface Caller {
  readonly name: string;
  readonly host: string;
  readonly path: string;
  /** Operations a second that it asks for at a time, in seconds. */
  readonly wants: (second: number) => number;
}

/** What happens at a time; a host's clocks are its own. */
export type Event = { readonly atSecond: number } & (
  | { readonly kind: "coordinator-lost" }
  | { readonly kind: "coordinator-back" }
  | { readonly kind: "wall-clock-steps"; readonly host: string; readonly bySeconds: number }
  | { readonly kind: "monotonic-clock-jumps"; readonly host: string; readonly bySeconds: number }
  | { readonly kind: "limits-change"; readonly limits: readonly Limit[] }
);

export interface LimitScenario {
  readonly name: string;
  /** What to look for. */
  readonly about: string;
  readonly seconds: number;
  /** Virtual time passes in steps of so much. */
  readonly stepMs: number;
  readonly times: LeaseTimes;
  readonly limits: readonly Limit[];
  readonly callers: readonly Caller[];
  readonly events: readonly Event[];
}

/** A scenario is made with a seeded random, 0 to 1. */
export type MakeScenario = (random: () => number) => LimitScenario;

/** What most scenarios share. */
export const USUAL = { seconds: 60, stepMs: 1, times: LEASE_TIMES, events: [] } as const;

/** A limit of operations a second; the burst is a tenth of a second's by default. */
export function opsLimit(
  path: string,
  rate: number,
  more: {
    readonly ceiling?: number;
    readonly burst?: number;
    readonly safe?: number;
    readonly weight?: number;
    readonly priority?: number;
    readonly leased?: boolean;
  } = {},
): Limit {
  const anHour = (ops: number): Amounts => ({ ops: ops * OPS_RATE_SECONDS, bytes: Infinity });
  const ceiling = more.ceiling ?? rate;
  const limits = {
    rate: anHour(rate),
    ceiling: anHour(ceiling),
    burst: { ops: more.burst ?? Math.max(1, ceiling / 10), bytes: Infinity },
    boot: NOTHING,
    weight: more.weight ?? 1,
    priority: more.priority ?? 0,
    safe: anHour(more.safe ?? rate),
  };
  return { path, limits, leased: more.leased ?? false, shadow: false };
}

/** A demand in steps: each from its second on. */
export function inSteps(...steps: readonly (readonly [number, number])[]) {
  return (second: number) => steps.findLast(([from]) => second >= from)?.[1] ?? 0;
}
