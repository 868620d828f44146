import { brokerOf } from "../../platform/messaging/rabbit/config.ts";
import { connectRabbitBus } from "../../platform/messaging/rabbit/rabbit-bus.ts";
import { migrate } from "../../platform/storage/cql/migrate.ts";
import { connectCql } from "../../platform/storage/cql/session.ts";
import { CqlJobStore } from "../adapters/cql/cql-job-store.ts";
import { ERASURE_TABLES } from "../adapters/cql/schema.ts";
import type { ErasureConfig } from "../config.ts";
import type { Engine, EngineDeps } from "./engine.ts";

/** Jobs in ScyllaDB or Cassandra, for any number of replicas; events go to RabbitMQ. */
export async function openCql(config: ErasureConfig, { log }: EngineDeps): Promise<Engine> {
  await using opening = new AsyncDisposableStack();
  const cql = opening.adopt(await connectCql({ ...config, service: "erasure" }, log), (session) =>
    session.close(),
  );
  await migrate(cql, ERASURE_TABLES);
  const rabbit = { service: "erasure", ...brokerOf(config), log };
  const bus = opening.adopt(await connectRabbitBus(rabbit), (connected) => connected.close());
  const jobs = new CqlJobStore(cql);
  await jobs.takeOver();
  const opened = opening.move();
  return {
    jobs,
    bus,
    services: [],
    endStreams: async () => {},
    close: () => opened.disposeAsync(),
  };
}
