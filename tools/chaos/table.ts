import { errorsInWords, type TrialResult } from "../trial/trial.ts";
import type { Fault } from "./fault.ts";

export interface Outcome {
  readonly fault: Fault;
  readonly result?: TrialResult;
  /** Why it can't be run here. */
  readonly notRun?: string;
  /** It came to no end: the mesh did not start, or did not become quiet. */
  readonly failure?: string;
}

/** Whether what must always hold did. What clients saw meanwhile is an effect, and no fault. */
export function holds({ result, failure }: Outcome): boolean {
  if (!result) return failure === undefined;
  const { lost, repeated, disordered } = result.verdict;
  const { unseen } = result.streams;
  return lost.length + repeated.length + disordered.length + unseen.length === 0;
}

/** Of what streams lack. */
const MOST_NAMED = 5;

const HEAD = [
  "| fault | posts, entries compared | lost, repeated, out of order | streams broken, lacking | hidden by one retry | seen by clients | longest without any post | slowest answer | whole again after |",
  "|---|---|---|---|---|---|---|---|---|",
];

/** As Markdown: a fault a row. */
export function tableOf(outcomes: readonly Outcome[]): string {
  return [...HEAD, ...outcomes.map(rowOf)].join("\n");
}

export function rowOf({ fault, result, notRun, failure }: Outcome): string {
  if (!result)
    return `| ${fault.what} | ${notRun ? `not run: ${notRun}` : failure?.replaceAll("\n", " ")} | | | | | | | |`;
  const { verdict, streams, errors, deeds, recoveredMs } = result;
  const { lost, repeated, disordered, entries } = verdict;
  const cells = [
    fault.what,
    `${deeds.acknowledged.length}, ${entries}`,
    `${lost.length}, ${repeated.length}, ${disordered.length}`,
    `${streams.breaks}, ${streams.unseen.slice(0, MOST_NAMED).join("; ") || 0}`,
    errorsInWords(errors.hidden),
    errorsInWords(errors.seen),
    seconds(deeds.longestGapMs),
    seconds(deeds.slowestMs),
    seconds(recoveredMs),
  ];
  return `| ${cells.join(" | ")} |`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
