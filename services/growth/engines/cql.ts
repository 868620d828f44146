import { hostname } from "node:os";
import { systemClock } from "../../platform/clock/system-clock.ts";
import { migrate } from "../../platform/storage/cql/migrate.ts";
import { connectCql } from "../../platform/storage/cql/session.ts";
import { CqlPersonStates } from "../../platform/storage/people/cql-person-states.ts";
import { findCqlJournal } from "../adapters/cql/cql-journal.ts";
import { GROWTH_STATES, GROWTH_TABLES } from "../adapters/cql/schema.ts";
import type { GrowthConfig } from "../config.ts";
import type { Engine, EngineDeps } from "./engine.ts";

/** The same journal as rows of ScyllaDB or Cassandra: the process that started last has it. */
export async function openCql(config: GrowthConfig, deps: EngineDeps): Promise<Engine> {
  const { log, clock, random } = deps;
  await using opening = new AsyncDisposableStack();
  const cql = opening.adopt(await connectCql({ ...config, service: "growth" }, log), (session) =>
    session.close(),
  );
  await migrate(cql, GROWTH_TABLES);
  const started = `${clock.nowMs()}-${Math.floor(random() * 2 ** 32)}`;
  const stored = await findCqlJournal(cql, `${hostname()}:${process.pid}:${started}`, clock);
  const opened = opening.move();
  // Not of the clock whose days are counted: it waits for others.
  const people = new CqlPersonStates({ cql, ...GROWTH_STATES, clock: systemClock });
  return { stored, people, close: () => opened.disposeAsync() };
}
