import { migrate } from "../../platform/storage/cql/migrate.ts";
import { connectCql } from "../../platform/storage/cql/session.ts";
import { CqlLimitStore } from "../adapters/cql/cql-limit-store.ts";
import { CqlSeat } from "../adapters/cql/cql-seat.ts";
import { LIMIT_TABLES } from "../adapters/cql/schema.ts";
import type { RateLimitConfig } from "../config.ts";
import type { Engine, EngineDeps } from "./engine.ts";

/** One replica of several on ScyllaDB or Cassandra, of which one coordinates. */
export async function openCql(config: RateLimitConfig, deps: EngineDeps): Promise<Engine> {
  await using opening = new AsyncDisposableStack();
  const cql = opening.adopt(
    await connectCql({ ...config, service: "ratelimit" }, deps.log),
    (session) => session.close(),
  );
  await migrate(cql, LIMIT_TABLES);
  const seat = new CqlSeat({ cql, address: `${config.host}:${config.port}`, ...deps });
  opening.adopt(seat, (left) => left.close());
  await seat.start();
  const opened = opening.move();
  return { store: new CqlLimitStore(cql), seat, close: () => opened.disposeAsync() };
}
