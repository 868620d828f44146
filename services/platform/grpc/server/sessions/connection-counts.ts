import { COUNTERS } from "../../../../model/metrics.ts";
import type { Metrics } from "../../../telemetry/metrics.ts";

/** Who ended a connection: its caller, or the network between; this process, at its age; the HTTP/2 library, for what came. */
export type EndedBy = "caller" | "age" | "fault";

/** What is counted of connections. */
export interface ConnectionCounts {
  /** One is not read for a while. */
  heldUp(): void;
  ended(by: EndedBy): void;
}

export function countConnections(metrics: Metrics): ConnectionCounts {
  const heldUp = metrics.counter(COUNTERS.connectionsHeldUp).series();
  const family = metrics.counter(COUNTERS.connectionsEnded);
  const ended: Readonly<Record<EndedBy, { add(): void }>> = {
    caller: family.series("caller"),
    age: family.series("age"),
    fault: family.series("fault"),
  };
  return { heldUp: () => heldUp.add(), ended: (by) => ended[by].add() };
}
