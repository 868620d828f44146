import { placeOf } from "../../../../services/erasure/adapters/cql/cql-job-store.ts";
import { isOver } from "../../../../services/erasure/domain/job.ts";
import { decodeJob } from "../../../../services/erasure/domain/job-codec.ts";
import type { Row } from "../write-table.ts";

/** When an erasure that is not over is to be looked at. */
export function dueOfJob({ cells }: Row): readonly Row[] {
  const cell = cells.get("job");
  if (!cell) return [];
  const job = decodeJob(cell.value as Buffer);
  if (isOver(job)) return [];
  const [part, due_ms, job_id] = placeOf(job);
  const listed = new Map([["listed", { ...cell, value: true }]]);
  return [{ table: "erasure_jobs_due", key: { part, due_ms, job_id }, cells: listed }];
}
