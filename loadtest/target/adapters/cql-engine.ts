import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { deleteQueues, dropKeyspace } from "../../../tools/engines/private/remove-own.ts";
import { isAlive } from "../../../tools/engines/processes/processes.ts";
import { type EnginesState, readState } from "../../../tools/engines/state/state.ts";
import { engineEnvironment } from "../../../tools/start/engine-environment.ts";
import type { TargetProcess } from "../target.ts";

type Variables = Readonly<Record<string, string>>;

/** A broker and a database, with queues and a keyspace of one's own on them: they go when it is disposed. */
export interface CqlEngine extends AsyncDisposable {
  readonly env: Variables;
  readonly stores: readonly TargetProcess[];
  /** Stores that run where their CPU can't be seen. */
  readonly unseen: readonly string[];
}

const ROOT = resolve(import.meta.dirname, "../../..");
const WHERE = ["TIDINGS_AMQP_URL", "TIDINGS_CQL_CONTACT_POINTS", "TIDINGS_CQL_LOCAL_DC"];

/** Where the state of `npm run engines -- up` is. */
const enginesFolder = () => resolve(ROOT, process.env.TIDINGS_DATA_DIR ?? ".data");

/**
 * Where the engines are that `given` or the environment names, or that `npm run engines -- up` started.
 * Rejects naming what to start.
 */
export async function whereEnginesAre(given: Variables = {}): Promise<Variables> {
  const named = WHERE.flatMap((name) => {
    const value = given[name] ?? process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const found = { TIDINGS_ENGINE: "cql", ...Object.fromEntries(named) };
  return (await engineEnvironment(found, enginesFolder())) as Variables;
}

/**
 * These engines, for a mesh of one's own. A keyspace or prefix that `given` names is used as it is and
 * stays. Rejects naming what to start.
 */
export async function openCqlEngine(given: Variables): Promise<CqlEngine> {
  const found = await whereEnginesAre(given);
  const own = `load_${randomBytes(5).toString("hex")}`;
  const env: Variables = {
    ...found,
    TIDINGS_AMQP_PREFIX: given.TIDINGS_AMQP_PREFIX ?? own,
    TIDINGS_CQL_KEYSPACE: given.TIDINGS_CQL_KEYSPACE ?? own,
  };
  const stores = storesOf(env, await readState(enginesFolder()));
  return {
    env,
    stores,
    unseen: ["broker", "cql"].filter((label) => !stores.some((store) => store.label === label)),
    async [Symbol.asyncDispose]() {
      if (env.TIDINGS_AMQP_PREFIX === own) await deleteQueues(env.TIDINGS_AMQP_URL, own);
      if (env.TIDINGS_CQL_KEYSPACE === own) await dropKeyspace(env);
    },
  };
}

/** The processes of the stores, when they are those that were started here. */
function storesOf(env: Variables, state: EnginesState | undefined): readonly TargetProcess[] {
  const { rabbitmq, cassandra } = state?.pids ?? {};
  const isOurs = {
    broker: state?.amqpUrl === env.TIDINGS_AMQP_URL && rabbitmq,
    cql: state?.cqlContactPoints?.join(",") === env.TIDINGS_CQL_CONTACT_POINTS && cassandra,
  };
  return Object.entries(isOurs).flatMap(([label, mark]) =>
    mark && isAlive(mark) ? [{ label, pid: mark.pid }] : [],
  );
}
