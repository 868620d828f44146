import type { ProcessUse, Resources } from "./resources.ts";

/** The other owners of an owner slice: they answer as production's would, and are no cost of the target. */
export const SINKS = "sinks";

/** What the target itself used, and beside it what stood for the rest of it. */
export function splitProcesses({ processes }: Pick<Resources, "processes">): {
  readonly own: readonly ProcessUse[];
  readonly sinks: ProcessUse | undefined;
} {
  return {
    own: processes.filter(({ label }) => label !== SINKS),
    sinks: processes.find(({ label }) => label === SINKS),
  };
}
