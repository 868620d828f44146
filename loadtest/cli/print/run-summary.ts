import { styleText } from "node:util";
import type { Measured } from "../../measure/measured.ts";
import { measuredFrom } from "../../measure/measured-json.ts";
import { failures } from "../../measure/operation-record.ts";
import { howToBePunctual } from "../../measure/punctuality.ts";
import { share, WINDOW_SECONDS } from "../../measure/rate-windows.ts";
import { deliveryText } from "../../results/delivery-text.ts";
import type { RunResult } from "../../results/run-result.ts";
import { sendingSeconds } from "../../results/sending-seconds.ts";
import { cpuText } from "./run-cpu.ts";
import { isLate, timesText } from "./run-times.ts";

const COLOURS = {
  passed: "green",
  "no verdict": "yellow",
  failed: "red",
  invalid: "red",
  inconclusive: "red",
} as const;

/** A run in a screenful. Colours are for a terminal: elsewhere there are none. */
export function runSummary(result: RunResult): string {
  const measured = measuredFrom(result.measured);
  const { scenario, slice, target, resources, events, probes } = result;
  return [
    [`${scenario.name}${partText(result)}`, scenario.about].filter(Boolean).join(": "),
    slice.text,
    "",
    ...timesText(measured, sendingSeconds(result)),
    ...warmUpText(measured),
    ...adviceText(result, measured),
    ...probes,
    "",
    ...cpuText(resources, target, sum(measured.machines.map(({ cpuShare }) => cpuShare))),
    ...loadText(result, measured),
    ...(target.delivery ? [deliveryText(target.delivery)] : []),
    ...fillText(result),
    ...events.map(({ atSecond, what }) => `${atSecond.toFixed(1)} s: ${what}`),
    "",
    ...verdictText(result),
  ].join("\n");
}

/** So that what a server counted agrees with what is counted here. */
function warmUpText({ warmUp, operations }: Measured): readonly string[] {
  if (!warmUp || warmUp.sent + warmUp.failed === 0) return [];
  const sent = sum(operations.map(({ counts }) => counts.sent));
  const bad = warmUp.failed === 0 ? "" : `, ${warmUp.failed} without a good answer`;
  return [
    `The warm-up sent ${warmUp.sent} more${bad}: in no figure above. In all ${sent + warmUp.sent} were sent.`,
  ];
}

function partText({ part }: RunResult): string {
  return part ? `, part ${part.index} of ${part.of} (run ${part.run})` : "";
}

/** What to do about times that are no numbers; among the reasons of a verdict it stands there. */
function adviceText({ verdict }: RunResult, measured: Measured): readonly string[] {
  const advice = howToBePunctual(measured);
  return isLate(measured) && !verdict.reasons.includes(advice) ? [advice] : [];
}

/** How near to its own limits the generator was. */
function loadText(result: RunResult, { driver, operations }: Measured): readonly string[] {
  const sent = sum(operations.map(({ counts }) => counts.sent)) / sendingSeconds(result);
  const { name, ceilingPerSecond } = driver;
  const { worst } = result.verdict.rate;
  const ofCeiling =
    ceilingPerSecond === undefined
      ? ""
      : `, ${percent(sent / ceilingPerSecond)} of the ${ceilingPerSecond.toFixed(0)}/s that it can do here`;
  return [
    `The ${name} driver sent ${sent.toFixed(1)}/s${ofCeiling}.`,
    ...(worst
      ? [
          `In the worst ${worst.seconds ?? WINDOW_SECONDS} s ${percent(share(worst))} of the intended was sent within a second of its time.`,
        ]
      : []),
  ];
}

function fillText({ fill, target }: RunResult): readonly string[] {
  if (!fill) {
    if (target.kind === "any") return [];
    return target.kind === "running"
      ? ["How full its stores are is not known here."]
      : [
          "Its stores began empty: pages are shorter and cheaper than they would be. See `load prefill`, and --world.",
        ];
  }
  const one = ({ posts, activeViewers, entries, bytes, caches }: typeof fill.start) => {
    const mib = sum(Object.values(bytes)) / 2 ** 20;
    return `${posts} posts, ${activeViewers} timelines with ${entries} entries, ${mib.toFixed(0)} MiB, ${caches}`;
  };
  return [`Stores at the start: ${one(fill.start)}.`, `And at the end: ${one(fill.end)}.`];
}

function verdictText({ verdict, failure, measured }: RunResult): readonly string[] {
  const { outcome, thresholds, reasons, warnings, notes = [] } = verdict;
  const held = thresholds.filter((one) => one.outcome === "passed").length;
  const isPlain = outcome === "passed" || outcome === "no verdict";
  const isBroken = isPlain && failure !== undefined;
  const plain = isPlain ? outcome : outcome.toUpperCase();
  const word = isBroken ? "NOT AS ASKED FOR" : plain;
  return [
    ...warnings.map((warning) => styleText("yellow", warning)),
    styleText(
      isBroken ? "red" : COLOURS[outcome],
      `${word}: ${thresholds.length === 0 ? unjudged(measured) : `${held} of ${thresholds.length} thresholds hold`}${notes.map((note) => `; ${note}`).join("")}.`,
    ),
    ...reasons.map((reason) => styleText("red", reason)),
    ...(failure === undefined ? [] : [styleText("red", failure)]),
  ];
}

/** What nobody asked about is said all the same. */
function unjudged({ operations }: RunResult["measured"]): string {
  const bad = sum(operations.map(({ counts }) => failures(counts)));
  const intended = sum(operations.map(({ counts }) => counts.intended));
  const all = bad === 0 ? "" : `, and ${bad} of ${intended} calls had no good answer`;
  return `no threshold was given${all}`;
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)}%`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
