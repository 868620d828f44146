import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { readEngines } from "../../../tools/engines/engines.ts";

/** One choice of engines to run a suite on; `env` undefined when they are not up. */
export interface EngineSet {
  readonly name: "embedded" | "cql";
  readonly env: Readonly<Record<string, string>> | undefined;
}

const DATA_DIR = resolve(import.meta.dirname, "../../..", process.env.TIDINGS_DATA_DIR ?? ".data");

/** Both engine sets; the real one with a keyspace and queues of its own for each call. */
export async function engineSets(): Promise<readonly [EngineSet, EngineSet]> {
  return [
    { name: "embedded", env: { TIDINGS_ENGINE: "embedded" } },
    { name: "cql", env: await realEngines() },
  ];
}

async function realEngines(): Promise<Readonly<Record<string, string>> | undefined> {
  const engines = await readEngines(DATA_DIR);
  if (!engines) return undefined;
  const name = `test_${randomBytes(5).toString("hex")}`;
  return {
    TIDINGS_ENGINE: "cql",
    TIDINGS_AMQP_URL: engines.amqpUrl,
    TIDINGS_AMQP_PREFIX: name,
    TIDINGS_CQL_CONTACT_POINTS: engines.cqlContactPoints.join(","),
    TIDINGS_CQL_LOCAL_DC: engines.cqlLocalDataCenter,
    TIDINGS_CQL_KEYSPACE: name,
  };
}
