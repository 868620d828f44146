import { Presets, SingleBar } from "cli-progress";
import type { Stage } from "../../prefill/prefill.ts";

/** What each stage counts. */
const UNITS: Readonly<Record<Stage, string>> = {
  days: "seconds of posts",
  timelines: "timelines active",
  entries: "entries appended",
  posts: "posts stored",
  probes: "timelines checked",
};

/** One bar after the other, on standard error; nothing when that is no terminal. */
export function stageBars() {
  let current: { readonly stage: Stage; readonly bar: SingleBar } | undefined;
  const stop = () => {
    current?.bar.stop();
    current = undefined;
  };
  return {
    stop,
    update(stage: Stage, done: number, total: number): void {
      if (current?.stage !== stage) {
        stop();
        const format = `{bar} {percentage}% | {value} of {total} ${UNITS[stage]} | {eta_formatted} left`;
        const bar = new SingleBar({ format }, Presets.shades_classic);
        bar.start(total, 0);
        current = { stage, bar };
      }
      current.bar.update(Math.trunc(done));
    },
  };
}
