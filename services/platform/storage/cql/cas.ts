import { unavailable } from "../../grpc/errors/errors.ts";
import type { Cql, CqlRow, CqlStatement } from "./session.ts";

/**
 * What rows say about a conditional write. "ours": it was applied, now or by an earlier attempt.
 * "unchanged": nobody has moved; an attempt whose outcome is unknown may yet be applied. "other": somebody
 * else has moved, so it never will be. "unclear": these rows are not enough to tell.
 */
export type Verdict = "ours" | "unchanged" | "other" | "unclear";

/**
 * A conditional write that may be sent any number of times. Its condition names what was seen, in a way
 * that never comes back once it has changed: so an attempt that is applied late changes nothing that was
 * written after it. What it writes names its writer.
 */
export interface ConditionalWrite {
  readonly statement: CqlStatement;
  /** Reads what the condition names, and what is written. */
  readonly readBack: CqlStatement;
  readonly judge: (rows: readonly CqlRow[]) => Verdict;
}

export interface CasTimes {
  /** Of one request; the session's own unless given. */
  readonly timeoutMs?: number;
  /** 3 unless given. */
  readonly attempts?: number;
}

export type CasResult =
  | { readonly applied: true }
  /** Another has moved; the rows as they are. */
  | { readonly applied: false; readonly rows: readonly CqlRow[] };

const DEFAULT_ATTEMPTS = 3;

/** Judges a write of one row, by what it would leave, and by what its condition names. */
export function ofRow(
  isOurs: (row: CqlRow | undefined) => boolean,
  isAsSeen: (row: CqlRow | undefined) => boolean,
): ConditionalWrite["judge"] {
  return ([row]) => {
    if (isOurs(row)) return "ours";
    return isAsSeen(row) ? "unchanged" : "other";
  };
}

/**
 * Writes, whatever becomes of single attempts: no answer is neither yes nor no, so the row is read back at
 * SERIAL (which also ends what was in flight), and as long as nobody else has moved the write is sent
 * again. UNAVAILABLE: the outcome is unknown; the same write may be tried again, by the same caller only.
 */
export async function compareAndSet(
  cql: Pick<Cql, "cas" | "serialRows">,
  write: ConditionalWrite,
  { timeoutMs, attempts = DEFAULT_ATTEMPTS }: CasTimes = {},
): Promise<CasResult> {
  const { statement, readBack, judge } = write;
  let cause: unknown;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const answer = await cql.cas(statement.query, statement.values, timeoutMs);
    if (answer.kind === "applied") return { applied: true };
    if (answer.kind === "unknown") cause = answer.cause;
    const told = answer.kind === "refused" ? resultOf(judge, answer.rows) : undefined;
    if (told) return told;
    try {
      const rows = await cql.serialRows(readBack.query, readBack.values, timeoutMs);
      const result = resultOf(judge, rows);
      if (result) return result;
    } catch (error) {
      cause = error;
    }
  }
  throw unavailable("a conditional write has an unknown outcome", { cause });
}

/** What rows tell of the end of a write; undefined when it is not over, or they are not enough to tell. */
function resultOf(
  judge: ConditionalWrite["judge"],
  rows: readonly CqlRow[],
): CasResult | undefined {
  const verdict = judge(rows);
  if (verdict === "ours") return { applied: true };
  return verdict === "other" ? { applied: false, rows } : undefined;
}
