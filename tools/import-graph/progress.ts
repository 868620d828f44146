import { Presets, SingleBar } from "cli-progress";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import type { Counts } from "./counts.ts";
import type { GraphFile } from "./graph-file.ts";

/** Shows how far the import is: a bar on a terminal; elsewhere a line a tenth of the file, or a minute. */
export interface Progress {
  update(): void;
  /** Above the bar, or as it is. */
  print(text: string): void;
  stop(): void;
}

export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };
type Sized = Pick<GraphFile, "totalBytes" | "readBytes">;

const MEGABYTE = 1e6;
const MINUTE_MS = 60_000;

export function showProgress(
  file: Sized,
  counts: Counts,
  out: Output,
  nowMs: () => number = () => systemClock.monotonicMs(),
): Progress {
  return out.isTTY ? bar(file, counts, out) : lines({ file, counts, out, nowMs });
}

function bar(file: Sized, counts: Counts, out: Output): Progress {
  const single = new SingleBar(
    {
      format: "{bar} {percentage}% | {edges} friendships | {eta_formatted} left",
      stream: out,
      etaBuffer: 50,
    },
    Presets.shades_classic,
  );
  single.start(file.totalBytes, 0, { edges: 0 });
  return {
    update: () => single.update(file.readBytes(), { edges: sent(counts) }),
    print: (text) => {
      out.write(`\r\x1b[K${text}\n`);
      single.render();
    },
    stop: () => single.stop(),
  };
}

interface LinesOptions {
  readonly file: Sized;
  readonly counts: Counts;
  readonly out: Output;
  readonly nowMs: () => number;
}

function lines({ file, counts, out, nowMs }: LinesOptions): Progress {
  let last = { ms: nowMs(), bytes: 0, sent: 0, tenths: 0 };
  const print = (text: string) => void out.write(`${text}\n`);
  return {
    update: () => {
      const bytes = file.readBytes();
      const tenths = Math.floor((10 * bytes) / Math.max(1, file.totalBytes));
      const ms = nowMs();
      if (tenths <= last.tenths && ms - last.ms < MINUTE_MS) return;
      const now = { ms, bytes, sent: sent(counts), tenths };
      print(line(file.totalBytes, last, now));
      last = now;
    },
    print,
    stop: () => {},
  };
}

type Moment = { readonly ms: number; readonly bytes: number; readonly sent: number };

/** The rate, and the time left, are those since the last line. */
function line(totalBytes: number, last: Moment, now: Moment): string {
  const seconds = Math.max(0.001, (now.ms - last.ms) / 1_000);
  const percent = Math.floor((100 * now.bytes) / Math.max(1, totalBytes));
  const rate = Math.round((now.sent - last.sent) / seconds);
  const bytesPerSecond = Math.max(1, now.bytes - last.bytes) / seconds;
  const minutes = (totalBytes - now.bytes) / bytesPerSecond / 60;
  const size = (totalBytes / MEGABYTE).toFixed(1);
  return (
    `${percent}% of ${size} MB read, ${now.sent} friendships sent, ${rate} a second` +
    (minutes >= 1 ? `, about ${Math.round(minutes)} min left` : "")
  );
}

function sent({ imported, alreadyThere, refused }: Counts): number {
  return imported + alreadyThere + refused;
}
