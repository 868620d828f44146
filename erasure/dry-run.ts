import type { Discovered } from "./discovery/discover.ts";
import { tablesOf } from "./discovery/paths.ts";
import { tableLevels } from "./levels/table-levels.ts";
import type { DryRun } from "./result.ts";

/** What was found, told by table, level and path. */
export function dryRunOf({ found, paths, edges }: Discovered): DryRun {
  const levels = tableLevels(found.tables, edges);
  return {
    found: found.count,
    tables: Object.fromEntries(found.tables.map((table) => [table, found.countOf(table)])),
    levels: levels.map((groups) => groups.flatMap(({ tables }) => tables)),
    paths: paths.all
      .filter(({ count }) => count > 0)
      .map((path) => ({
        tables: tablesOf(path),
        count: path.count,
        examples: path.examples,
        repeats: path.repeats,
      })),
  };
}
