import type { Scenario } from "../scenarios/scenario.ts";

/** How a search scales what a scenario asks for. */
export interface Scale {
  /** What a load is counted in. */
  readonly unit: "daily users" | "calls a second";
  /** The scenario's own load. */
  readonly own: number;
  at(load: number): Scenario;
}

/**
 * Sessions scale in daily users, a mix in calls a second: whatever else is changed, each step of a search
 * must ask for something else. Throws a RangeError for a load that nobody can set.
 */
export function scaleOf(scenario: Scenario): Scale {
  const { load, dailyUsers, name } = scenario;
  switch (load.kind) {
    case "sessions":
      return {
        unit: "daily users",
        own: dailyUsers,
        at: (users) => ({ ...scenario, dailyUsers: users }),
      };
    case "mix":
      return {
        unit: "calls a second",
        own: load.perSecond,
        at: (perSecond) => ({ ...scenario, load: { ...load, perSecond } }),
      };
    case "closed":
      throw new RangeError(
        `${name} is a closed loop: its load is whatever its callers get, so no step of a search would ` +
          'ask for more than another. Give a scenario of sessions, or a "mix" of the same calls.',
      );
  }
}
