import type { Scenario } from "./scenario.ts";
import { ScenarioError } from "./scenario-error.ts";

/** What was asked for beside the scenario, named as its flags. What is left out is as the scenario has it. */
export interface Overrides {
  readonly people?: number | undefined;
  readonly seed?: number | undefined;
  readonly mean?: number | undefined;
  readonly dailyUsers?: number | undefined;
  /** Calls a second of a mix. */
  readonly rate?: number;
  /** Live streams that are held open. */
  readonly streams?: number | undefined;
  /** Makes it an owner slice. */
  readonly owners?: number | undefined;
  readonly seconds?: number | undefined;
  readonly warmUp?: number | undefined;
  /** In place of the scenario's. */
  readonly threshold?: readonly string[] | undefined;
}

/** The scenario with these. Nothing is checked, but that there is such a thing to be another. */
export function withOverrides(scenario: Scenario, overrides: Overrides): Scenario {
  const { people, seed, mean, dailyUsers, rate } = overrides;
  const { streams, owners, seconds, warmUp, threshold } = overrides;
  return {
    ...scenario,
    world: {
      ...scenario.world,
      ...(people === undefined ? {} : { people }),
      ...(seed === undefined ? {} : { seed }),
      ...(mean === undefined ? {} : { meanFriends: mean }),
    },
    slice: owners === undefined ? scenario.slice : { kind: "owner", owners },
    ...(rate === undefined ? {} : { load: atRate(scenario, rate) }),
    dailyUsers: dailyUsers ?? scenario.dailyUsers,
    ...(streams === undefined ? {} : { streams }),
    seconds: seconds ?? scenario.seconds,
    warmUpSeconds: warmUp ?? scenario.warmUpSeconds,
    thresholds: threshold ?? scenario.thresholds,
  };
}

function atRate({ name, load }: Scenario, rate: number): Scenario["load"] {
  if (load?.kind === "mix") return { ...load, perSecond: rate };
  const problem = "load: --rate is for a mix; what people do follows from --daily-users.";
  throw new ScenarioError(name, [problem]);
}
