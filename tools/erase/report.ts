import type { Id, Item } from "../../erasure/ports.ts";
import type { DryRun, Erased } from "../../erasure/result.ts";
import type { Show } from "./shown-key.ts";

const MAX_SHOWN = 20;
const countText = (count: number) => count.toLocaleString("en-US").padStart(12);

/** The rows that the text of a dry run shows. */
export function shownInDryRun({ paths, changes, hindrances }: DryRun): readonly Item[] {
  const ways = paths.slice(0, MAX_SHOWN).map(({ tables, examples }) => {
    return { table: tables.at(-1) ?? "", examples };
  });
  return [...ways, ...changes, ...hindrances].flatMap(({ table, examples }) =>
    examples.map((id) => ({ table, id })),
  );
}

/** The rows that the text of an erasure shows. */
export function shownInErased({ blocked }: Erased): readonly Item[] {
  return blocked.slice(0, MAX_SHOWN).flatMap(({ path }) => path);
}

/** What would go, by level and path. */
export function dryRunText(dryRun: DryRun, show: Show): string {
  const shownIds = (table: string, ids: readonly Id[]) =>
    ids.map((id) => show({ table, id })).join("; ");
  const { found, tables, levels, paths, changes, hindrances } = dryRun;
  const order = [...levels].reverse();
  return [
    `Would delete ${found.toLocaleString("en-US")} rows; nothing was changed. In this order:`,
    ...order.map((level, i) => {
      const counts = level.map((table) => `${table} (${tables[table].toLocaleString("en-US")})`);
      return `  ${i + 1}. ${counts.join(", ")}`;
    }),
    "First found by these ways:",
    ...paths.slice(0, MAX_SHOWN).map(({ tables: way, count, examples, repeats }) => {
      const again = repeats ? " (and on each other)" : "";
      return `${countText(count)}  ${way.join(" <- ")}${again}, as ${shownIds(way.at(-1) ?? "", examples)}`;
    }),
    ...more(paths.length, "ways"),
    ...(changes.length > 0 ? ["Would stay, changed:"] : []),
    ...changes.map(
      ({ change, table, count, examples }) =>
        `${countText(count)}  ${change}, as ${shownIds(table, examples)}`,
    ),
    ...(hindrances.length > 0 ? ["Would be blocked, and keep what these hang on:"] : []),
    ...hindrances.map(({ reason, table, count, examples }) => {
      return `${countText(count)}  ${table}: ${reason}, as ${shownIds(table, examples)}`;
    }),
  ].join("\n");
}

/** What went, and what did not. */
export function erasedText(erased: Erased, seconds: number, show: Show): string {
  const rate = Math.round(erased.deleted / Math.max(seconds, 0.001)).toLocaleString("en-US");
  const lines = [
    `${erased.status}: deleted ${erased.deleted.toLocaleString("en-US")} rows in ` +
      `${seconds.toFixed(1)} s (${rate} a second), ${erased.levels} levels, ${erased.scans} scans`,
    ...Object.entries(erased.tables).map(([table, count]) => `${countText(count)}  ${table}`),
  ];
  if (erased.status === "done") return lines.join("\n");
  return [
    ...lines,
    `Could not delete ${erased.blocked.length}, which kept ${erased.kept} that they hang on:`,
    ...erased.blocked.slice(0, MAX_SHOWN).map(({ path, reason }) => {
      return `  ${path.map((item) => `${item.table} ${show(item)}`).join(" <- ")}: ${reason}`;
    }),
    ...more(erased.blocked.length, "rows"),
  ].join("\n");
}

/** How many references lead nowhere, against how many did before anything was done. */
export function violationsText(before: number, after: number): string {
  const start = `${after.toLocaleString("en-US")} references in the file lead nowhere`;
  if (after === before) return `${start}, as they did before.`;
  return `${start}; before it were ${before.toLocaleString("en-US")} (PRAGMA foreign_key_check).`;
}

function more(count: number, what: string): readonly string[] {
  return count > MAX_SHOWN ? [`  and ${count - MAX_SHOWN} more ${what}`] : [];
}
