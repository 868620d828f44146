import type { Counted } from "./generators/generator-process.ts";
import type { PlayOptions, Progress, Stage } from "./play-options.ts";

/** Tells how far the run is, at each stage and whenever there are new counts. */
export function progressOf({ onProgress }: Pick<PlayOptions, "onProgress">) {
  let now: Progress = { stage: "connecting", sent: 0, failed: 0 };
  const tell = (changes: Partial<Progress>) => {
    now = { ...now, ...changes };
    onProgress?.(now);
  };
  tell({});
  return {
    counted: (counted: Counted) => tell(counted),
    reached: (stage: Stage) => tell({ stage }),
  };
}
