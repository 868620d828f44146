import { status as GRPC } from "@grpc/grpc-js";
import { CHECK_FAILED } from "../calls/plan/failed-checks.ts";
import type { OperationRecord } from "../measure/operation-record.ts";
import { nameOfLoss } from "../measure/outcome/lost.ts";

const LEAST_HTTP = 100;

/** What people call the status of a call that failed: gRPC's, HTTP's, Node.js's of a connection, or our own. */
export function statusName(code: number): string {
  if (code === CHECK_FAILED) return "failed a check";
  const loss = nameOfLoss(code);
  if (loss !== undefined) return loss;
  if (code >= LEAST_HTTP) return `HTTP ${code}`;
  return GRPC[code] ?? `status ${code}`;
}

/** Its time was up before there was a connection for it, or room on one. */
const WAITED_IN_VAIN = -1;

/** Why calls were not sent, as "2 ECONNREFUSED, 1 by the generator's own bound, --max-open"; "" when nobody knows. */
export function whyUnsent({ counts, unsent }: Pick<OperationRecord, "counts" | "unsent">): string {
  const told = [...unsent].map(
    ([code, count]) => `${count} ${code === WAITED_IN_VAIN ? TOO_LONG : statusName(code)}`,
  );
  if (counts.refused > 0) told.push(`${counts.refused} by the generator's own bound, --max-open`);
  return told.join(", ");
}

const TOO_LONG = "waited for a connection until their time was up";
