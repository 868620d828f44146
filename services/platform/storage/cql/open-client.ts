import { Client, types } from "cassandra-driver";
import { systemClock } from "../../clock/system-clock.ts";
import { processName } from "../../lifecycle/process-name.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { thinned } from "../../telemetry/thinned.ts";
import type { CqlConfig } from "./config.ts";
import { asUnreachable } from "./errors.ts";

export interface CqlAddress extends CqlConfig {
  /** Whose connections they are, for people who look at `system_views.clients`: "post". */
  readonly service: string;
}

const { consistencies } = types;
const FIND_KEYSPACE = "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?";
/** A warning that comes with every batch of entries; they share a replica, which is the fastest way. */
const CHOSEN_BATCHES = "Unlogged batch covering";
/** Between two lines of the driver, which has one for each request that a node does not answer, ms. */
const DRIVER_EVERY_MS = 1_000;
export const READ_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/**
 * A connection whose far end has vanished without a word: busy ones are ended when so many requests have had no answer,
 * idle ones by a heartbeat. The driver's own 64 requests take minutes where few are made.
 */
const UNANSWERED_REQUESTS = 8;
const HEARTBEAT_MS = 5_000;
/** A change of the schema flushes tables, and a busy node takes longer for it than for any statement. */
export const SCHEMA_TIMEOUT_MS = 60_000;
/** A node that has a keyspace or a table in its schema's tables can use it within so long. */
export const VISIBLE_MS = 10_000;
const VISIBLE_POLL_MS = 100;

/** A client of the keyspace, which is made when it is missing. UNAVAILABLE when nobody answers. */
export async function openClient(config: CqlAddress, log: Logger): Promise<Client> {
  await inNoKeyspace(config, async (client) => {
    // Only when it is missing: in production this process may not be allowed to.
    if (!(await isThere(client, config))) await makeKeyspace(client, config);
  });
  return clientOfKeyspace(config, log);
}

/** A client of the keyspace; undefined when it is missing, and it is not made. UNAVAILABLE when nobody answers. */
export async function openClientIfThere(
  config: CqlAddress,
  log: Logger,
): Promise<Client | undefined> {
  const found = await inNoKeyspace(config, (client) => isThere(client, config));
  return found ? clientOfKeyspace(config, log) : undefined;
}

async function clientOfKeyspace(config: CqlAddress, log: Logger): Promise<Client> {
  const isUnknown = (error: unknown) => (error as Error).message.includes("does not exist");
  const visibleByMs = systemClock.monotonicMs() + VISIBLE_MS;
  try {
    return await onceVisible(() => connectedClient(config, log), isUnknown, visibleByMs);
  } catch (error) {
    throw asUnreachable(error, config.cqlContactPoints);
  }
}

async function connectedClient(config: CqlAddress, log: Logger): Promise<Client> {
  const client = newClient(config, config.cqlKeyspace);
  const tell = thinned(DRIVER_EVERY_MS, (message: string, count) =>
    log.warn({ driver: message, count }, "cql driver"),
  );
  client.on("log", (level: string, _module: string, message: string) => {
    if (level !== "error" && level !== "warning") return;
    if (!message.includes(CHOSEN_BATCHES)) tell(message);
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.shutdown();
    throw error;
  }
}

/**
 * Tries again until `byMs` while what is asked of is not known: services start side by side, and what
 * another one makes at this moment is in the schema's tables before a node can use it.
 */
export async function onceVisible<T>(
  work: () => Promise<T>,
  isUnknown: (error: unknown) => boolean,
  byMs: number,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isUnknown(error) || systemClock.monotonicMs() > byMs) throw error;
      await systemClock.delay(VISIBLE_POLL_MS);
    }
  }
}

async function inNoKeyspace<T>(
  config: CqlAddress,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = newClient(config);
  try {
    return await work(client);
  } catch (error) {
    throw asUnreachable(error, config.cqlContactPoints);
  } finally {
    await client.shutdown();
  }
}

async function isThere(client: Client, { cqlKeyspace }: CqlConfig): Promise<boolean> {
  const { rows } = await client.execute(FIND_KEYSPACE, [cqlKeyspace]);
  return rows.length > 0;
}

async function makeKeyspace(client: Client, config: CqlConfig): Promise<void> {
  const { cqlKeyspace, cqlLocalDc, cqlReplication } = config;
  const options = `{'class': 'NetworkTopologyStrategy', '${cqlLocalDc}': ${cqlReplication}}`;
  const create = `CREATE KEYSPACE IF NOT EXISTS ${cqlKeyspace} WITH replication = ${options}`;
  await client.execute(create, [], { readTimeout: SCHEMA_TIMEOUT_MS });
}

/** Who we are to the nodes, and how we know that they are those. */
function accessOf({ cqlUser, cqlPassword = "", cqlAuthorities }: CqlConfig) {
  return {
    ...(cqlUser && { credentials: { username: cqlUser, password: cqlPassword } }),
    ...(cqlAuthorities && { sslOptions: { ca: cqlAuthorities, rejectUnauthorized: true } }),
  };
}

function newClient(config: CqlAddress, keyspace?: string): Client {
  const [port = "9042"] = config.cqlContactPoints.map((point) => point.split(":")[1]);
  return new Client({
    applicationName: processName(config.service),
    contactPoints: [...config.cqlContactPoints],
    localDataCenter: config.cqlLocalDc,
    // Peers are learnt from system.peers, which has no ports: they listen on the same one.
    protocolOptions: { port: Number(port) },
    ...(keyspace && { keyspace }),
    ...accessOf(config),
    encoding: { useBigIntAsLong: true },
    pooling: { heartBeatInterval: HEARTBEAT_MS },
    socketOptions: {
      readTimeout: READ_TIMEOUT_MS,
      connectTimeout: CONNECT_TIMEOUT_MS,
      defunctReadTimeoutThreshold: UNANSWERED_REQUESTS,
    },
    queryOptions: {
      consistency: consistencies.localQuorum,
      serialConsistency: consistencies.localSerial,
      prepare: true,
    },
  });
}
