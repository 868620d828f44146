import { parseThreshold, ThresholdError } from "../../measure/thresholds.ts";
import type { FaultSpec, Scenario, SurgeSpec } from "../scenario.ts";

/** What a scenario of the right form asks that cannot be, whatever the world: a sentence each. */
export function senseProblems(scenario: Scenario): readonly string[] {
  return [
    ...paceProblems(scenario),
    ...loadProblems(scenario),
    ...scenario.surges.flatMap((surge, i) => endProblems(scenario, surge, `surges[${i}]`)),
    ...scenario.faults.flatMap((fault, i) => endProblems(scenario, fault, `faults[${i}]`)),
    ...scenario.thresholds.flatMap(thresholdProblems),
  ];
}

function paceProblems({ pace, seconds }: Scenario): readonly string[] {
  if (pace.shape === "spike") {
    if (pace.factor === 0) return ["pace.factor: a spike to no load at all; give more than 0."];
    const end = pace.atSecond + pace.seconds;
    return end > seconds ? [tooLate("pace", end, seconds)] : [];
  }
  const factors =
    pace.shape === "steps" ? pace.factors : pace.shape === "ramp" ? [pace.from, pace.to] : [1];
  if (factors.every((factor) => factor === 0)) {
    return ["pace: it is 0 all the time, which is no load; give a factor above 0."];
  }
  if (factors.length > seconds) {
    return [`pace.factors: ${factors.length} steps in ${seconds} s; each needs a second at least.`];
  }
  return [];
}

function loadProblems({ load, slice, pace, surges, streams = 0 }: Scenario): readonly string[] {
  const problems: string[] = [];
  if (streams > 0 && slice.kind === "owner") {
    problems.push(
      'streams: the gateway of an owner slice can follow no timeline; use a slice of { "kind": "rate" }.',
    );
  }
  if (load.kind !== "sessions" && slice.kind === "owner") {
    problems.push(`slice: a ${load.kind} load has no owner slice; use { "kind": "rate" }.`);
  }
  if (load.kind === "closed" && (surges.length > 0 || pace.shape !== "constant")) {
    problems.push(
      'load: callers of a closed loop go as fast as they are answered: no surges, and a pace of { "shape": "constant" }.',
    );
  }
  const flood = surges.findIndex((one) => one.kind === "flood" && one.from === "one address");
  if (flood >= 0 && !(load.kind === "sessions" && load.via === "rest")) {
    problems.push(
      `surges[${flood}]: addresses are those of the gateway's callers; use load.via "rest".`,
    );
  }
  if (load.kind === "sessions" && load.via === "rest") {
    const at = surges.findIndex(({ kind }) => kind === "connections");
    if (at >= 0)
      problems.push(`surges[${at}]: connections are opened over gRPC; use load.via "grpc".`);
  }
  return problems;
}

function endProblems(
  { seconds }: Scenario,
  event: SurgeSpec | FaultSpec,
  where: string,
): readonly string[] {
  const end = event.atSecond + lengthOf(event);
  return end > seconds ? [tooLate(where, end, seconds)] : [];
}

/** Posts of a celebrity follow each other by a second. */
function lengthOf(event: SurgeSpec | FaultSpec): number {
  switch (event.kind) {
    case "celebrity post":
      return event.posts;
    case "mass return":
    case "refresh":
    case "connections":
      return event.overSeconds;
    case "hot viewer":
    case "flood":
    case "pause":
    case "slow":
    case "slow disk":
      return event.seconds;
    case "kill":
      return event.backAfterSeconds;
    case "restart":
      return 0;
  }
}

function tooLate(where: string, end: number, seconds: number): string {
  return `${where}: it ends at second ${end} of a run of ${seconds} s; begin it earlier or make the run longer (--seconds ${Math.ceil(end)}).`;
}

function thresholdProblems(text: string, i: number): readonly string[] {
  try {
    parseThreshold(text);
    return [];
  } catch (error) {
    if (!(error instanceof ThresholdError)) throw error;
    return [`thresholds[${i}]: ${error.message}`];
  }
}
