import type { Result } from "../../results/read-result.ts";

/** Ends every context that text could stand in. */
export const HOSTILE = `--></title></script></style><img src=x onerror="alert('1')">`;

/** Fields that are no free text: closed lists, and histograms. */
const CLOSED = new Set([
  "kind",
  "outcome",
  "phase",
  "shape",
  "via",
  "comparison",
  "better",
  "order",
  "verdict",
  "response",
  "service",
  "lateness",
  "values",
  "histogram",
]);
/** Objects by name, whose names may hold anything too. */
const NAMED = new Set([
  "pending",
  "work",
  "counters",
  "env",
  "bytes",
  "figures",
  "cpu",
  "costMicros",
]);

/** The same result with hostile text wherever a result has text. */
export function hostile(result: Result): Result {
  return changed(result, "") as Result;
}

function changed(value: unknown, key: string): unknown {
  if (typeof value === "string") return CLOSED.has(key) ? value : value + HOSTILE;
  if (Array.isArray(value)) return value.map((one) => changed(one, key));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      NAMED.has(key) ? name + HOSTILE : name,
      changed(one, name),
    ]),
  );
}
