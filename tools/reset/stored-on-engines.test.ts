import { expect, it } from "vitest";
import { readConfig } from "../../services/platform/config/config.ts";
import { CQL_VARIABLES } from "../../services/platform/storage/cql/config.ts";
import { connectCql } from "../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { engineSets } from "../../test/support/engines/engine-sets.ts";
import { removeStored, storedOnEngines } from "./stored-on-engines.ts";

const log = createLogger("test", "silent");
const [{ env: embedded = {} }, { env }] = await engineSets();

it("on the embedded engines there is nothing elsewhere", () => {
  expect(storedOnEngines(embedded)).toBeUndefined();
});

it.skipIf(!env)("on CQL the keyspace and the queues are named, and go", async () => {
  const stored = storedOnEngines(env ?? {});
  const config = { ...readConfig(CQL_VARIABLES, env ?? {}), service: "test" };
  expect(stored?.words).toContain(`keyspace ${config.cqlKeyspace} at 127.0.0.1:`);
  // Connecting makes the keyspace.
  const cql = await connectCql(config, log);
  const isThere = async () => {
    const find = "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?";
    return (await cql.run(find, [config.cqlKeyspace])).length > 0;
  };
  expect(await isThere()).toBe(true);
  if (stored) await removeStored(stored);
  expect(await isThere()).toBe(false);
  await cql.close();
});
