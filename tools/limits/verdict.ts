import { OPS_RATE_SECONDS } from "../../services/ratelimit/domain/amounts.ts";
import { type Limit, LimitBook } from "../../services/ratelimit/domain/limits/limit-book.ts";
import type { ScenarioRun } from "./run-scenario.ts";

/** What a root gave in its worst second, and what it may give. */
export interface RootVerdict {
  readonly root: string;
  /** Operations in the second in which it gave most. */
  readonly most: number;
  readonly atSecond: number;
  /** Ceiling of that second, and one burst of every node where leases are handed out. */
  readonly allowed: number;
  readonly meanGot: number;
}

/** Every root of the scenario, held against its ceiling in each second. */
export function verdictsOf({ scenario, series }: ScenarioRun): readonly RootVerdict[] {
  const roots = [...new Set(scenario.callers.map(({ path }) => path.split("/")[0]))];
  return roots.map((root) => {
    const own = series.filter(({ caller }) => caller.path.split("/")[0] === root);
    const totals = Array.from({ length: scenario.seconds }, (_, second) =>
      own.reduce((sum, { got }) => sum + got[second], 0),
    );
    const over = totals.map((total, second) => total - allowedAt(scenario, root, second));
    const atSecond = over.indexOf(Math.max(...over));
    return {
      root,
      most: totals[atSecond],
      atSecond,
      allowed: allowedAt(scenario, root, atSecond),
      meanGot: totals.reduce((sum, total) => sum + total, 0) / scenario.seconds,
    };
  });
}

type Scenario = ScenarioRun["scenario"];

/** A change of limits counts once all leases from before have ended. */
function allowedAt(scenario: Scenario, root: string, second: number): number {
  const leaseSeconds = scenario.times.lengthMs / 1_000;
  const inForce = [
    scenario.limits,
    ...scenario.events.flatMap((event) =>
      event.kind === "limits-change" && event.atSecond <= second ? [event.limits] : [],
    ),
  ];
  const recent = scenario.events.some(
    ({ kind, atSecond }) =>
      kind === "limits-change" && atSecond <= second && second < atSecond + leaseSeconds,
  );
  const counted = recent ? inForce.slice(-2) : inForce.slice(-1);
  return Math.max(...counted.map((limits) => boundOf(limits, scenario, root)));
}

function boundOf(limits: readonly Limit[], scenario: Scenario, root: string): number {
  const book = new LimitBook(1n, limits);
  const ceiling = (book.limitOf(root)?.limits.ceiling.ops ?? Infinity) / OPS_RATE_SECONDS;
  const points = new Set(scenario.callers.map(({ path }) => book.leasePoint(path) ?? root));
  const bursts = [...points].map((point) => book.limitOf(point)?.limits.burst.ops ?? 0);
  return ceiling + bursts.reduce((sum, burst) => sum + burst, 0);
}
