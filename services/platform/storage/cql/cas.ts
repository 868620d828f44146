import { unavailable } from "../../grpc/errors/errors.ts";
import type { Cql, CqlRow, CqlStatement } from "./session.ts";

export type CasResult =
  | { readonly applied: true }
  | { readonly applied: false; readonly row: CqlRow | undefined };

/**
 * Runs a conditional statement once. When its outcome is unknown the row is read back at SERIAL, which
 * also ends what was in flight, and `isOurs` tells whether what it says is what we wrote: so what is
 * written must name its writer. A refusal may be the work of our own earlier attempt, so it asks too.
 */
export async function compareAndSet(
  cql: Pick<Cql, "cas" | "serialRead">,
  statement: CqlStatement,
  readBack: CqlStatement,
  isOurs: (row: CqlRow | undefined) => boolean,
): Promise<CasResult> {
  const answer = await cql.cas(statement.query, statement.values);
  if (answer.kind === "applied") return { applied: true };
  const row =
    answer.kind === "refused"
      ? answer.row
      : await cql.serialRead(readBack.query, readBack.values).catch((cause: unknown) => {
          throw unavailable("a conditional write has an unknown outcome", { cause });
        });
  return isOurs(row) ? { applied: true } : { applied: false, row };
}
