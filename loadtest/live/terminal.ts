import { styleText } from "node:util";
import { textTable } from "../cli/print/text-table.ts";
import type { LiveFrame } from "./live-frame.ts";
import type { LiveMs } from "./live-sample.ts";

/** A run as it goes on, in lines for a terminal. */
export function liveText(frame: LiveFrame): string {
  const { name, atSecond, seconds, isWarmUp, operations, thresholds } = frame;
  const rows = operations.map((one) => [
    one.name,
    one.perSecond?.toFixed(1) ?? "–",
    String(one.ok),
    String(one.failed),
    millis(one.p50Ms),
    millis(one.p99Ms),
    millis(one.maxMs),
    millis(one.latenessMs),
  ]);
  const head = ["operation", "sent/s", "ok", "not ok", "p50", "p99", "max", "late p99"];
  return [
    `${name}: second ${Math.floor(atSecond)} of ${seconds}${isWarmUp ? ", warm-up: not measured" : ""}`,
    textTable([head, ...rows]),
    ...thresholds.map(({ text, stands }) => styleText(COLOURS[stands], `${MARKS[stands]} ${text}`)),
  ].join("\n");
}

const MARKS = {
  holds: "holds so far ",
  broken: "broken so far",
  unknown: "not known yet",
} as const;
const COLOURS = { holds: "green", broken: "red", unknown: "gray" } as const;

function millis(ms: LiveMs): string {
  if (ms === undefined) return "–";
  if (ms === "INVALID") return styleText("red", ms);
  return `${ms.toFixed(ms < 10 ? 2 : 0)} ms`;
}

/** Draws frames over each other; disposing leaves the last. */
export class LiveTerminal implements Disposable {
  readonly #out: NodeJS.WriteStream;
  #lines = 0;

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out;
  }

  show(frame: LiveFrame): void {
    const text = liveText(frame);
    const up = this.#lines === 0 ? "" : `\u001b[${this.#lines}A\u001b[J`;
    this.#out.write(`${up}${text}\n`);
    this.#lines = text.split("\n").length;
  }

  [Symbol.dispose](): void {
    this.#lines = 0;
  }
}
