import type { Progress } from "../play/play-options.ts";
import { LiveFile } from "./live-file.ts";
import { type Framed, Frames, type LiveFrame } from "./live-frame.ts";
import { LivePage } from "./live-page.ts";
import { OtlpSender } from "./otlp.ts";
import { LiveTerminal } from "./terminal.ts";

/** Where a run is shown while it goes on. */
export interface LiveOptions {
  readonly live?: boolean;
  /** A port of this machine; 0 is any. */
  readonly livePage?: number;
  /** Of an OpenTelemetry collector, as "http://localhost:4318". */
  readonly otlp?: string;
  /** A folder where the newest frame is kept, for the console. */
  readonly liveFolder?: string;
}

const FRAME_SECONDS = 1;

/** Shows progress wherever it was asked for; at most a frame a second. */
export interface Observers extends AsyncDisposable {
  readonly isTerminalTaken: boolean;
  show(progress: Progress): void;
}

/** To be opened before anything is started: rejects when the page's port is taken, or nobody takes metrics. */
export async function openObservers(
  scenario: Framed,
  { live = false, livePage, otlp, liveFolder }: LiveOptions,
  nowMs: () => number = () => performance.now(),
): Promise<Observers> {
  await using opening = new AsyncDisposableStack();
  const shown: ((frame: LiveFrame) => void)[] = [];
  if (live) {
    const terminal = opening.use(new LiveTerminal());
    shown.push((frame) => terminal.show(frame));
  }
  if (livePage !== undefined) {
    const page = opening.use(await LivePage.open(livePage));
    console.error(`Live: ${page.url}`);
    shown.push((frame) => page.show(frame));
  }
  if (liveFolder !== undefined) {
    const file = opening.use(new LiveFile(liveFolder));
    shown.push((frame) => file.show(frame));
  }
  if (otlp !== undefined) {
    const sender = opening.use(await OtlpSender.open(otlp, new Date().toISOString()));
    opening.defer(() => {
      if (sender.failure !== undefined)
        console.error(`Some metrics were not sent: ${sender.failure}.`);
    });
    shown.push((frame) => sender.send(frame));
  }
  const opened = opening.move();
  return {
    isTerminalTaken: live,
    show: framer(scenario, shown, nowMs),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function framer(
  scenario: Framed,
  shown: readonly ((frame: LiveFrame) => void)[],
  nowMs: () => number,
): Observers["show"] {
  const frames = new Frames(scenario);
  let startedMs: number | undefined;
  let lastSecond = Number.NEGATIVE_INFINITY;
  return ({ stage, operations }) => {
    if (shown.length === 0 || stage === "connecting" || !operations) return;
    startedMs ??= nowMs();
    const atSecond = (nowMs() - startedMs) / 1000;
    if (atSecond - lastSecond < FRAME_SECONDS) return;
    lastSecond = atSecond;
    const frame = frames.of(atSecond, operations);
    for (const show of shown) show(frame);
  };
}
