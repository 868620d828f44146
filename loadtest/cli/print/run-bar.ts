import { Presets, SingleBar } from "cli-progress";
import type { Progress } from "../../play/play-options.ts";
import type { Scenario } from "../../scenarios/scenario.ts";

/** How far a run is, on standard error. */
export interface RunBar extends Disposable {
  show(progress: Progress): void;
}

const TICK_MS = 500;

/** A line about each stage; while load is made a bar, or where there is no terminal ever fewer lines. */
export function runBar({
  name,
  seconds,
  warmUpSeconds,
  ...rest
}: Pick<Scenario, "name" | "seconds" | "warmUpSeconds"> &
  Partial<Pick<Scenario, "world">>): RunBar {
  const isMesh = rest.world !== undefined;
  const total = seconds + warmUpSeconds;
  const format = `${name} {bar} {value}/{total} s {what} | {sent} sent, {failed} failed`;
  const bar = new SingleBar({ format, stream: process.stderr }, Presets.shades_classic);
  let latest: Progress = { stage: "connecting", sent: 0, failed: 0 };
  let startedMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let nextLineSecond = 1;
  const tick = () => {
    const second = Math.min(total, Math.floor((performance.now() - startedMs) / 1000));
    bar.update(second, { ...latest, what: second < warmUpSeconds ? "(warm-up)" : "" });
    if (process.stderr.isTTY || second < nextLineSecond) return;
    nextLineSecond *= 2;
    const what = second < warmUpSeconds ? " (warm-up)" : "";
    console.error(`${second} of ${total} s${what}: ${latest.sent} sent, ${latest.failed} failed.`);
  };
  const end = () => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    bar.update({ ...latest, what: "" });
    bar.stop();
  };
  const enter: { [S in Progress["stage"]]: () => void } = {
    connecting: () =>
      console.error(isMesh ? "Connecting; the probes' timelines are filled." : "Connecting."),
    sending() {
      startedMs = performance.now();
      bar.start(total, 0, { ...latest, what: "" });
      timer = setInterval(tick, TICK_MS);
    },
    settling() {
      end();
      if (isMesh)
        console.error("Waiting until the target is quiet, then looking for what is missing.");
    },
  };
  let stage: Progress["stage"] | undefined;
  return {
    show(progress) {
      latest = progress;
      if (progress.stage === stage) return;
      stage = progress.stage;
      enter[stage]();
    },
    [Symbol.dispose]: end,
  };
}
