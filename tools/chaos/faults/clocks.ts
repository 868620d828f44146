import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { present } from "../../../services/model/invariant.ts";
import { type Fault, seconds } from "../fault.ts";

const SHIM = resolve(import.meta.dirname, "../clock-shim.ts");

interface Step {
  readonly label: string;
  readonly stepMs: number;
  readonly lastsMs: number;
  readonly words: string;
}

/**
 * A process's clock steps, and steps back: the shim stands for a machine whose time somebody sets. Without a
 * store's clock a step counts once it has lasted 5 s, so the long ones are short, and the short one lasts.
 */
export const CLOCK_FAULTS: readonly Fault[] = [
  { label: "post", stepMs: seconds(3_600), lastsMs: seconds(3), words: "an hour ahead" },
  { label: "post", stepMs: -seconds(3_600), lastsMs: seconds(3), words: "an hour back" },
  { label: "post", stepMs: seconds(2), lastsMs: seconds(10), words: "2 s ahead" },
  { label: "timeline-0", stepMs: seconds(60), lastsMs: seconds(10), words: "a minute ahead" },
  { label: "gateway", stepMs: -seconds(60), lastsMs: seconds(10), words: "a minute back" },
].map(stepped);

function stepped({ label, stepMs, lastsMs, words }: Step): Fault {
  return {
    name: `clock-${label}-${words.replaceAll(" ", "-")}`,
    what: `the clock of ${label} steps ${words}, and back after ${lastsMs / 1_000} s`,
    engines: "any",
    prepare: async () => ({
      mesh: {
        envOf: (plan) =>
          plan.label === label
            ? { NODE_OPTIONS: `--import ${SHIM}`, TIDINGS_CHAOS_STEP_MS: String(stepMs) }
            : {},
      },
      happen: async (mesh) => {
        const process = present(mesh.processes.get(label));
        process.signal("SIGUSR2");
        await delay(lastsMs);
        process.signal("SIGUSR2");
      },
    }),
  };
}
