import { Client, types } from "cassandra-driver";
import { systemClock } from "../../clock/system-clock.ts";
import { processName } from "../../lifecycle/process-name.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { thinned } from "../../telemetry/thinned.ts";
import type { CqlConfig } from "./config.ts";
import { asUnavailable, isOutcomeUnknown, isTableUnknown } from "./errors.ts";

export type CqlValue =
  | bigint
  | number
  | string
  | boolean
  | Uint8Array
  | null
  | readonly (bigint | number | string)[];
export type CqlRow = Readonly<Record<string, unknown>>;

/** One statement with its values; idempotent: applied twice it leaves the same rows. */
export interface CqlStatement {
  readonly query: string;
  readonly values: readonly CqlValue[];
}

/** What became of a conditional statement; unknown: it may yet be applied, so read back at SERIAL. */
export type CasAnswer =
  | { readonly kind: "applied" }
  | { readonly kind: "refused"; readonly rows: readonly CqlRow[] }
  | { readonly kind: "unknown"; readonly cause: unknown };

/** A keyspace. Statements are prepared, and run at LOCAL_QUORUM. UNAVAILABLE when that cannot be had. */
export interface Cql {
  readonly keyspace: string;
  /** An idempotent statement or a query; the driver repeats it at another replica when one fails. */
  run(query: string, values: readonly CqlValue[]): Promise<readonly CqlRow[]>;
  /** Idempotent writes of one partition, or of several with one `replicaOf`, as one unlogged batch. */
  runPartition(statements: readonly CqlStatement[]): Promise<void>;
  /** The node that has this partition first; undefined while there is one node only. */
  replicaOf(...partitionKey: readonly Uint8Array[]): string | undefined;
  /** A conditional statement; sent once, never repeated here. See compareAndSet. */
  cas(query: string, values: readonly CqlValue[], timeoutMs?: number): Promise<CasAnswer>;
  /** A read that first finishes conditional statements in flight on the partition. */
  serialRows(
    query: string,
    values: readonly CqlValue[],
    timeoutMs?: number,
  ): Promise<readonly CqlRow[]>;
  /** Of these the first. */
  serialRead(query: string, values: readonly CqlValue[]): Promise<CqlRow | undefined>;
  /** Changes the schema; returns once all nodes agree on it. */
  define(statement: string): Promise<void>;
  close(): Promise<void>;
}

const { consistencies } = types;
const FIND_KEYSPACE = "SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?";
/** A warning that comes with every batch of entries; they share a replica, which is the fastest way. */
const CHOSEN_BATCHES = "Unlogged batch covering";
/** Between two lines of the driver, which has one for each request that a node does not answer, ms. */
const DRIVER_EVERY_MS = 1_000;
const READ_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A node that has a keyspace or a table in its schema's tables can use it within so long. */
const VISIBLE_MS = 10_000;
const VISIBLE_POLL_MS = 100;

export interface CqlAddress extends CqlConfig {
  /** Whose connections they are, for people who look at `system_views.clients`: "post". */
  readonly service: string;
}

/** Connects, and makes the keyspace when it is missing. */
export async function connectCql(config: CqlAddress, log: Logger): Promise<Cql> {
  await makeKeyspace(config);
  const isUnknown = (error: unknown) => (error as Error).message.includes("does not exist");
  const visibleByMs = systemClock.monotonicMs() + VISIBLE_MS;
  try {
    const client = await onceVisible(() => connectedClient(config, log), isUnknown, visibleByMs);
    return new DriverSession(client, config);
  } catch (error) {
    throw asUnavailable(error);
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
async function onceVisible<T>(
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

async function makeKeyspace(config: CqlAddress): Promise<void> {
  const { cqlKeyspace, cqlLocalDc, cqlReplication } = config;
  const client = newClient(config);
  const options = `{'class': 'NetworkTopologyStrategy', '${cqlLocalDc}': ${cqlReplication}}`;
  try {
    const { rows } = await client.execute(FIND_KEYSPACE, [cqlKeyspace]);
    // Only when it is missing: in production this process may not be allowed to.
    if (rows.length > 0) return;
    await client.execute(
      `CREATE KEYSPACE IF NOT EXISTS ${cqlKeyspace} WITH replication = ${options}`,
    );
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    await client.shutdown();
  }
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
    encoding: { useBigIntAsLong: true },
    socketOptions: { readTimeout: READ_TIMEOUT_MS, connectTimeout: CONNECT_TIMEOUT_MS },
    queryOptions: {
      consistency: consistencies.localQuorum,
      serialConsistency: consistencies.localSerial,
      prepare: true,
    },
  });
}

class DriverSession implements Cql {
  readonly keyspace: string;
  readonly #client: Client;
  readonly #localDc: string;
  /** Until then a table that is not known may be one that another process makes at this moment. */
  readonly #visibleByMs = systemClock.monotonicMs() + VISIBLE_MS;

  constructor(client: Client, { cqlKeyspace, cqlLocalDc }: CqlConfig) {
    this.#client = client;
    this.keyspace = cqlKeyspace;
    this.#localDc = cqlLocalDc;
  }

  async run(query: string, values: readonly CqlValue[]): Promise<readonly CqlRow[]> {
    return rowsOf(await this.#execute(query, values, { isIdempotent: true }));
  }

  async runPartition(statements: readonly CqlStatement[]): Promise<void> {
    const queries = statements.map(({ query, values }) => ({
      query,
      params: values as CqlValue[],
    }));
    const options = { prepare: true, logged: false, isIdempotent: true };
    try {
      await this.#sent(() => this.#client.batch(queries, options));
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  replicaOf(...partitionKey: readonly Uint8Array[]): string | undefined {
    if (this.#client.hosts.length === 1) return undefined;
    const replicas = this.#client.getReplicas(this.keyspace, routingKeyOf(partitionKey)) ?? [];
    return replicas.find(({ datacenter }) => datacenter === this.#localDc)?.address;
  }

  async cas(query: string, values: readonly CqlValue[], timeoutMs?: number): Promise<CasAnswer> {
    try {
      const options = { isIdempotent: false, ...within(timeoutMs) };
      const result = await this.#sent(() => this.#client.execute(query, [...values], options));
      if (result.wasApplied()) return { kind: "applied" };
      return { kind: "refused", rows: rowsOf(result) };
    } catch (error) {
      if (isOutcomeUnknown(error)) return { kind: "unknown", cause: error };
      throw asUnavailable(error);
    }
  }

  async serialRead(query: string, values: readonly CqlValue[]): Promise<CqlRow | undefined> {
    return (await this.serialRows(query, values))[0];
  }

  async serialRows(
    query: string,
    values: readonly CqlValue[],
    timeoutMs?: number,
  ): Promise<readonly CqlRow[]> {
    const consistency = consistencies.localSerial;
    const options = { isIdempotent: true, consistency, ...within(timeoutMs) };
    return rowsOf(await this.#execute(query, values, options));
  }

  async define(statement: string): Promise<void> {
    await this.#execute(statement, [], { prepare: false, isIdempotent: true });
  }

  close(): Promise<void> {
    return this.#client.shutdown();
  }

  async #execute(query: string, values: readonly CqlValue[], options: object) {
    try {
      return await this.#sent(() => this.#client.execute(query, [...values], options));
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  /** As the client answers, once it knows the table. */
  #sent<T>(send: () => Promise<T>): Promise<T> {
    return onceVisible(send, isTableUnknown, this.#visibleByMs);
  }
}

/** As the nodes hash it: the bytes of the only part, or each part with its length and a zero behind. */
function routingKeyOf(parts: readonly Uint8Array[]): Buffer {
  if (parts.length === 1) return Buffer.from(parts[0]);
  return Buffer.concat(
    parts.flatMap((part) => [
      Uint8Array.of(part.length >>> 8, part.length),
      part,
      Uint8Array.of(0),
    ]),
  );
}

function within(timeoutMs: number | undefined): { readonly readTimeout?: number } {
  return timeoutMs === undefined ? {} : { readTimeout: timeoutMs };
}

function rowsOf(result: types.ResultSet): readonly CqlRow[] {
  return (result.rows ?? []) as unknown as CqlRow[];
}
