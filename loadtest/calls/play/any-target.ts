import type { OpenTarget } from "../../target/target.ts";
import type { CallScenario } from "../spec/call-scenario.ts";
import { listeningProcesses } from "./listening-process.ts";

/** As much as a run needs to know of what it loads. */
export type AnyTarget = Pick<
  OpenTarget,
  "description" | "processes" | "metrics" | "drained" | "faults" | "broken" | "ownerByShard"
>;

/** A target of which nothing is known but where it is; and its CPU, when it is on this machine. */
export function anyTarget({ target }: Pick<CallScenario, "target">): AnyTarget {
  const { addresses, protocol } = target;
  return {
    description: {
      kind: "any",
      addresses,
      protocol,
      engine: "unknown",
      timelines: 0,
      owners: 0,
      node: "unknown",
      commit: "unknown",
      env: {},
    },
    processes: listeningProcesses(addresses),
    metrics: async () => new Map(),
    drained: async () => {},
    faults: undefined,
    broken: new Promise(() => {}),
    ownerByShard: [],
  };
}
