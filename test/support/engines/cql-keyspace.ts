import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { type Cql, connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { readEngines } from "../../../tools/engines/engines.ts";

const DATA_DIR = resolve(import.meta.dirname, "../../..", process.env.TIDINGS_DATA_DIR ?? ".data");

/** Where a database answers, and its data centre. */
export interface CqlAddress {
  readonly contactPoints: readonly string[];
  readonly localDc: string;
}

/** The database that the environment names or `npm run engines` started; undefined when there is none. */
export async function runningCql(): Promise<CqlAddress | undefined> {
  const { TIDINGS_CQL_CONTACT_POINTS: named, TIDINGS_CQL_LOCAL_DC: localDc } = process.env;
  if (named) return { contactPoints: named.split(","), localDc: localDc ?? "datacenter1" };
  const engines = await readEngines(DATA_DIR);
  return (
    engines && { contactPoints: engines.cqlContactPoints, localDc: engines.cqlLocalDataCenter }
  );
}

/** For the title of a suite that is skipped. */
export function cqlTitle(name: string, address: CqlAddress | undefined): string {
  return `${name}, CQL${address ? "" : " (skipped: start it with `npm run engines up`)"}`;
}

/** A keyspace of its own; `drop` removes it and closes the session. */
export async function freshKeyspace(
  address: CqlAddress,
): Promise<{ readonly cql: Cql; drop(): Promise<void> }> {
  const config = {
    cqlContactPoints: address.contactPoints,
    cqlLocalDc: address.localDc,
    cqlKeyspace: `test_${randomBytes(6).toString("hex")}`,
    cqlReplication: 1,
  };
  const cql = await connectCql({ ...config, service: "test" }, createLogger("test", "silent"));
  return {
    cql,
    drop: async () => {
      await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
      await cql.close();
    },
  };
}
