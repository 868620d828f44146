import { COUNTERS } from "../../../model/metrics.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { Damage } from "./checksums.ts";

/** Keys that are logged once each; those beyond are counted only. */
const MAX_LOGGED = 1_000;

/** Tells people of damaged values: counts every reading, and logs each key once. */
export function reportDamage(log: Logger, metrics: Metrics): (damage: Damage) => void {
  const counter = metrics.counter(COUNTERS.damagedValues);
  const logged = new Set<string>();
  return ({ table, key }) => {
    counter.series(table).add(1);
    const hex = key.toString("hex");
    const name = `${table}/${hex}`;
    if (logged.has(name) || logged.size >= MAX_LOGGED) return;
    logged.add(name);
    log.error(
      { table, key: hex },
      "a stored value is damaged: check the disk, restore from a copy",
    );
  };
}
