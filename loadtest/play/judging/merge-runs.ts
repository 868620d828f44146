import { isDeepStrictEqual } from "node:util";
import { present } from "../../../services/model/invariant.ts";
import { mergeMeasured } from "../../measure/measured.ts";
import { measuredFrom, measuredToJson } from "../../measure/measured-json.ts";
import type { Verdict } from "../../measure/verdict.ts";
import type { RunResult } from "../../results/run-result.ts";
import { RunLog } from "../run-log.ts";
import { judgeRun } from "./judge-run.ts";

/** A part of a run, and the file that it came from. */
export interface RunPart {
  readonly file: string;
  readonly result: RunResult;
}

/** What must be the same in all parts. */
const SAME = {
  "run name": ({ part }: RunResult) => part?.run,
  "number of parts": ({ part }: RunResult) => part?.of,
  scenario: ({ scenario }: RunResult) => scenario,
} as const;

/**
 * The result of a run whose parts several machines made, exactly as if one had made all: histograms hold
 * buckets, and these add up. Throws a RangeError for parts that are not of one run. A part that is missing is
 * a failure of the run; one of which it is known why it is `lost`, a sentence by its index, makes it inconclusive.
 */
export function mergeRuns(
  parts: readonly RunPart[],
  lost: ReadonlyMap<number, string> = new Map(),
): RunResult {
  const ordered = parts.toSorted((a, b) => indexOf(a) - indexOf(b));
  if (parts.length === 0 || parts.length + lost.size < 2)
    throw new RangeError("Give two or more parts to merge.");
  checkTogether(ordered);
  const results = ordered.map(({ result }) => result);
  const { part: first, ...whole } = results[0];
  const measured = mergeMeasured(results.map((one) => measuredFrom(one.measured)));
  const log = new RunLog(() => 0);
  const verdict = withLost(judgeRun(whole.scenario, measured, log), [...lost.values()]);
  for (let index = 0; index < present(first).of; index++) {
    if (lost.has(index)) continue;
    const found = ordered.find((one) => indexOf(one) === index);
    if (!found) log.lacks(`Part ${index} of ${present(first).of} is missing.`);
    else if (found.result.failure) log.lacks(`Part ${index}: ${found.result.failure}`);
  }
  return {
    ...whole,
    command: results.map(({ command }) => command).join("; "),
    generators: results.length,
    measured: measuredToJson(measured),
    verdict,
    events: results.flatMap(({ events }) => events).toSorted((a, b) => a.atSecond - b.atSecond),
    probes: results.flatMap(({ probes, part }) =>
      probes.map((one) => `Part ${present(part).index}: ${one}`),
    ),
    failure: log.failures.length === 0 ? undefined : log.failures.join(" "),
  };
}

/** Less load was made than was asked for: what broke under it is broken, and what held says nothing. */
function withLost(verdict: Verdict, lost: readonly string[]): Verdict {
  if (lost.length === 0) return verdict;
  return {
    ...verdict,
    outcome: verdict.outcome === "failed" ? "failed" : "inconclusive",
    reasons: [...lost.map((why) => `INCONCLUSIVE: ${why}`), ...verdict.reasons],
  };
}

function indexOf({ file, result }: RunPart): number {
  if (result.part) return result.part.index;
  throw new RangeError(`${file} is a whole run: parts are made with --generator i/n.`);
}

function checkTogether(parts: readonly RunPart[]): void {
  const [first, ...others] = parts;
  for (const { file, result } of others) {
    for (const [what, of] of Object.entries(SAME)) {
      if (isDeepStrictEqual(of(result), of(first.result))) continue;
      throw new RangeError(`${file} is of another run than ${first.file}: its ${what} is another.`);
    }
  }
  const twice = parts.find((one, i) => i > 0 && indexOf(one) === indexOf(parts[i - 1]));
  if (twice)
    throw new RangeError(`${twice.file} is part ${indexOf(twice)}, which was given twice.`);
}
