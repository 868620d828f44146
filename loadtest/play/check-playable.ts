import { parseThreshold, type Threshold, ThresholdError } from "../measure/thresholds.ts";
import { Tally } from "../probes/ledger/tally.ts";
import { strainCountsOf } from "../results/strain.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import { STREAM_COUNTERS } from "../streams/hold-streams.ts";
import type { GeneratorOptions } from "./generators/generator-plan.ts";
import type { PlayOptions } from "./play-options.ts";

/** Of the run itself; see measure/verdict.ts. */
const COUNTED = ["failures", "timeouts", "not_sent"];
const COUNTED_BY_PROBES = Object.keys(new Tally().counts);
/** Of each process; see results/memory-slopes.ts. */
const MEMORY = /^memory_slope_/;
/** What probes time. */
const LAG = "lag";

/**
 * Throws for a scenario that these generators can't play, or whose thresholds nobody could judge
 * afterwards: a ThresholdError or RangeError that names what to do. Needs no target.
 */
export function checkPlayable(
  scenario: Scenario,
  { generator, generators, part }: Pick<PlayOptions, "generator" | "generators" | "part">,
): void {
  if (generator.driver === "autocannon") {
    throw new RangeError(
      "autocannon makes no runs: use it for `load capacity --target URL`, or `load saturate`.",
    );
  }
  if (generator.driver === "ghz") checkGhz(scenario, part ? part.of : generators);
  const streamed = scenario.streams ? Object.values(STREAM_COUNTERS) : [];
  const counted = [...COUNTED, ...streamed, ...strainCountsOf(scenario)];
  for (const text of scenario.thresholds) checkMeasured(parseThreshold(text), counted, generator);
}

function checkGhz({ name, load, pace, surges }: Scenario, generators: number): void {
  if (load.kind === "mix" && pace.shape === "constant" && surges.length === 0 && generators === 1) {
    return;
  }
  const asked = [
    load.kind === "mix" ? "" : `its load is of kind "${load.kind}"`,
    pace.shape === "constant" ? "" : `its pace is a ${pace.shape}`,
    surges.length === 0 ? "" : `it has surges (${surges[0].kind})`,
    generators === 1 ? "" : `there are ${generators} generators`,
  ].filter((reason) => reason !== "");
  throw new RangeError(
    `ghz sends a mix at a constant pace, without surges, from one generator: it can't play ${name}, for ` +
      `${asked.join(", and ")}. Use --driver raw, or a scenario as "mix".`,
  );
}

/** Names with a dot are operations', which were checked with the scenario. */
function checkMeasured(
  { text, metric }: Threshold,
  counted: readonly string[],
  { driver, watchers }: GeneratorOptions,
): void {
  const { kind, of } = metric;
  if (of.includes(".")) return;
  const probes = driver !== "ghz" && watchers > 0;
  const names = kind === "counter" ? COUNTED_BY_PROBES : kind === "failed" ? [] : [LAG];
  if (names.includes(of)) {
    if (probes) return;
    throw new ThresholdError(
      `Threshold "${text}": ${of} is what probes find, and there are none with ` +
        `${driver === "ghz" ? "--driver ghz" : "--watchers 0"}: leave that out, or the threshold.`,
    );
  }
  if (kind === "counter" && (counted.includes(of) || MEMORY.test(of))) return;
  const known = kind === "counter" ? [...counted, ...COUNTED_BY_PROBES] : names;
  throw new ThresholdError(
    `Threshold "${text}": nothing measures ${of}. Beside operations as "timeline.get" there are: ` +
      `${known.join(", ") || "none"}.`,
  );
}
