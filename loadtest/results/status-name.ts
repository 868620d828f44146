import { status as GRPC } from "@grpc/grpc-js";
import { CHECK_FAILED } from "../calls/plan/failed-checks.ts";

const LEAST_HTTP = 100;

/** What people call the status of a call that failed: gRPC's, HTTP's, or our own. */
export function statusName(code: number): string {
  if (code === CHECK_FAILED) return "failed a check";
  if (code >= LEAST_HTTP) return `HTTP ${code}`;
  return GRPC[code] ?? `status ${code}`;
}
