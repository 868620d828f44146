import type { TargetSpec } from "../spec/call-scenario.ts";
import type { CallPlan } from "./call-plan.ts";

/** Beyond that a machine runs out of ports and files before a target that is slow has its calls. */
const MOST_CONNECTIONS = 2_000;

/** HTTP/1.1 has one request in flight on each; how many are needed is known when they are, unless it was given. */
export function connectionsTo(
  { protocol }: Pick<TargetSpec, "protocol">,
  given: number | undefined,
): Pick<CallPlan, "connections" | "mostConnections"> {
  if (given !== undefined) return { connections: given };
  if (protocol !== "http/1.1") return { connections: 2 };
  return { connections: 64, mostConnections: MOST_CONNECTIONS };
}
