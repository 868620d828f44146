import { cpus, totalmem } from "node:os";
import type { MachineDescription } from "../results/run-result.ts";

/** What this machine is: results are comparable only on the same. */
export function describeMachine(): MachineDescription {
  const all = cpus();
  return {
    cpus: all.length,
    model: all[0]?.model.trim() ?? "unknown processor",
    memoryGiB: Math.round((10 * totalmem()) / 2 ** 30) / 10,
    node: process.version,
  };
}
