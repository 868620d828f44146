import type { NeighbourName } from "../../services/platform/config/ports.ts";
import type { Scenario } from "./scenario.ts";

const ENGAGEMENT = "tidings.engagement.";

/** The services beside the mesh that a scenario calls. */
export function neededNeighbours({ load }: Pick<Scenario, "load">): readonly NeighbourName[] {
  const isReacting =
    load.kind === "sessions"
      ? load.reactions === true
      : load.calls.some(({ method }) => method.startsWith(ENGAGEMENT));
  return isReacting ? ["engagement"] : [];
}
