import type { Amount, Limit as LimitMessage } from "#gen/ratelimit/v1/ratelimit.ts";
import { invalidArgument } from "../../platform/grpc/errors/errors.ts";
import {
  type Amounts,
  MAX_BURST,
  MAX_RATE,
  MAX_WEIGHT,
  mapAmounts,
  type NodeLimits,
  OPS_RATE_SECONDS,
  PRIORITIES,
} from "../domain/amounts.ts";
import type { Limit } from "../domain/limits/limit-book.ts";
import { pathProblem } from "../domain/limits/path.ts";
import { amountOf, countsOf } from "./amounts.ts";

type Resource = keyof Amounts;

/** A second, a minute, an hour. */
const SHOWN_SECONDS = [1, 60, OPS_RATE_SECONDS];

/** A limit as it was sent, checked, with what was left out filled in. INVALID_ARGUMENT names the field. */
export function limitOf(message: LimitMessage, field: string): Limit {
  const { path, leased, shadow } = message;
  const problem = pathProblem(path, true);
  if (problem !== undefined) throw invalidArgument(`${field}.path`, problem);
  const perSeconds = message.perSeconds === 0 ? 1 : message.perSeconds;
  if (perSeconds < 1 || OPS_RATE_SECONDS % perSeconds !== 0) {
    throw invalidArgument(
      `${field}.per_seconds`,
      `is ${perSeconds}`,
      "send a divisor of 3,600, such as 1, 60 or 3,600",
    );
  }
  return { path, leased, shadow, limits: limitsOf(message, field, perSeconds) };
}

/** The same limit as a message: exact, and read back as it was. */
export function limitMessageOf({ path, limits, leased, shadow }: Limit): LimitMessage {
  const perSeconds = shownSeconds(limits);
  const shown = ({ ops, bytes }: Amounts) =>
    amountOf({ ops: (ops * perSeconds) / OPS_RATE_SECONDS, bytes: bytes * perSeconds });
  // Without a ceiling nothing is said of the rate either: a group, or no limit of this resource.
  const rate = mapAmounts((r) => (limits.ceiling[r] === Infinity ? Infinity : limits.rate[r]));
  return {
    path,
    rate: shown(rate),
    ceiling: shown(limits.ceiling),
    perSeconds,
    burst: amountOf(limits.burst),
    boot: amountOf(limits.boot),
    weight: limits.weight,
    priority: limits.priority,
    safe: shown(limits.safe),
    leased,
    shadow,
  };
}

/** The shortest time of which all rates are whole numbers. */
function shownSeconds({ rate, ceiling, safe }: NodeLimits): number {
  const isWhole = (seconds: number) =>
    [rate, ceiling, safe].every(({ ops }) => {
      return ops === Infinity || (ops * seconds) % OPS_RATE_SECONDS === 0;
    });
  return SHOWN_SECONDS.find(isWhole) ?? OPS_RATE_SECONDS;
}

function limitsOf(message: LimitMessage, field: string, perSeconds: number): NodeLimits {
  const rateAt = (name: "rate" | "ceiling" | "safe", r: Resource) =>
    rateOf(message[name], r, `${field}.${name}`, perSeconds);
  const ceiling = mapAmounts((r) => rateAt("ceiling", r) ?? rateAt("rate", r) ?? Infinity);
  const isLimited = (r: Resource) =>
    message.rate?.[r] !== undefined || message.ceiling?.[r] !== undefined;
  // A group that says nothing of rates is assured nothing; a root, or the other resource, is not limited.
  const isGroup = message.path.includes("/") && !isLimited("ops") && !isLimited("bytes");
  const rate = mapAmounts((r) => {
    const given = rateAt("rate", r) ?? (isLimited(r) || isGroup ? 0 : Infinity);
    if (given <= ceiling[r]) return given;
    throw invalidArgument(`${field}.rate.${r}`, "is more than the ceiling", "raise the ceiling");
  });
  const safe = mapAmounts((r) => {
    const unsaid = rate[r] > 0 ? rate[r] : Math.floor(ceiling[r] / 10);
    return Math.min(rateAt("safe", r) ?? unsaid, ceiling[r]);
  });
  return {
    rate,
    ceiling,
    safe,
    burst: mapAmounts((r) => burstOf(message.burst, r, ceiling[r], field)),
    boot: mapAmounts((r) =>
      within(`${field}.boot.${r}`, countsOf(message.boot)[r], 0, MAX_BURST[r]),
    ),
    weight: within(`${field}.weight`, message.weight === 0 ? 1 : message.weight, 1, MAX_WEIGHT),
    priority: within(`${field}.priority`, message.priority, 0, PRIORITIES - 1),
  };
}

/** Operations an hour, bytes a second; undefined: not said. */
function rateOf(
  amount: Amount | undefined,
  r: Resource,
  field: string,
  perSeconds: number,
): number | undefined {
  const value = amount?.[r];
  if (value === undefined) return undefined;
  const name = `${field}.${r}`;
  const isOps = r === "ops";
  const rate = isOps ? (Number(value) * OPS_RATE_SECONDS) / perSeconds : Number(value) / perSeconds;
  if (!Number.isInteger(rate)) {
    throw invalidArgument(name, `is ${value}`, `send a multiple of per_seconds, ${perSeconds}`);
  }
  if (rate < 0 || rate > MAX_RATE[r]) {
    const most = isOps ? "1,000,000 a second" : "100 GiB a second";
    throw invalidArgument(name, `is ${value}`, `send 0 to ${most}, or leave it out`);
  }
  return rate;
}

/** A ceiling of 0 admits nothing, and so not once either: it has no burst, whatever is sent. */
function burstOf(amount: Amount | undefined, r: Resource, ceiling: number, field: string): number {
  const value = amount?.[r];
  const least = ceiling === 0 ? 0 : 1;
  if (value !== undefined) within(`${field}.burst.${r}`, Number(value), least, MAX_BURST[r]);
  if (ceiling === 0) return 0;
  if (value !== undefined) return Number(value);
  const second = r === "ops" ? Math.ceil(ceiling / OPS_RATE_SECONDS) : ceiling;
  return Math.max(1, Math.min(second, MAX_BURST[r]));
}

function within(field: string, value: number, min: number, max: number): number {
  if (value >= min && value <= max) return value;
  throw invalidArgument(field, `is ${value}`, `send ${min} to ${max}`);
}
