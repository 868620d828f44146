import type { RunResult } from "./run-result.ts";

export type Tags = Readonly<Record<string, string>>;

/** Of each operation of a run, in their order: as its step of calls has them; of sessions none. */
export function tagsOf(scenario: RunResult["scenario"]): readonly Tags[] {
  if (!("flows" in scenario)) return [];
  return scenario.flows.flatMap(({ steps }) => steps.map(({ tags = {} }) => tags));
}

/** As "team=search; tier=1". */
export function tagsText(tags: Tags): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join("; ");
}
