import { migrate } from "../../platform/storage/cql/migrate.ts";
import { connectCql } from "../../platform/storage/cql/session.ts";
import { CqlJobStore } from "../adapters/cql/cql-job-store.ts";
import { ERASURE_TABLES } from "../adapters/cql/schema.ts";
import type { ErasureConfig } from "../config.ts";
import type { Engine, EngineDeps } from "./engine.ts";

/** Jobs in ScyllaDB or Cassandra, for any number of replicas. */
export async function openCql(config: ErasureConfig, { log }: EngineDeps): Promise<Engine> {
  await using opening = new AsyncDisposableStack();
  const cql = opening.adopt(await connectCql({ ...config, service: "erasure" }, log), (session) =>
    session.close(),
  );
  await migrate(cql, ERASURE_TABLES);
  const opened = opening.move();
  return { jobs: new CqlJobStore(cql), close: () => opened.disposeAsync() };
}
