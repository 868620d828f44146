import { setTimeout as delay } from "node:timers/promises";
import { present } from "../../../services/model/invariant.ts";
import { type Fault, seconds } from "../fault.ts";

const LABELS = ["post", "friend", "timeline-0", "fanout", "ranking", "gateway"];
/** Longer than a lease of 10 s would be shorter: on CQL others take over. */
const STOPPED_MS = seconds(14);

/** Each process is killed, and started again at once; and each stands still for longer than a lease. */
export const PROCESS_FAULTS: readonly Fault[] = LABELS.flatMap((label) => [
  killed(label),
  stopped(label),
]);

function killed(label: string): Fault {
  return {
    name: `kill-${label}`,
    what: `${label} is killed (SIGKILL), and started again`,
    engines: "any",
    prepare: async () => ({
      happen: async (mesh) => {
        await mesh.kill(label, "SIGKILL");
        await mesh.restart(label);
      },
    }),
  };
}

function stopped(label: string): Fault {
  return {
    name: `stop-${label}`,
    what: `${label} stands still for ${STOPPED_MS / 1_000} s (SIGSTOP)`,
    engines: "any",
    prepare: async () => ({
      happen: async (mesh) => {
        const process = present(mesh.processes.get(label));
        process.signal("SIGSTOP");
        try {
          await delay(STOPPED_MS);
        } finally {
          process.signal("SIGCONT");
        }
      },
    }),
  };
}
