import { Client, types } from "cassandra-driver";
import type { Logger } from "../../telemetry/logger.ts";
import type { CqlConfig } from "./config.ts";
import { asUnavailable, isOutcomeUnknown } from "./errors.ts";

export type CqlValue =
  | bigint
  | number
  | string
  | boolean
  | Uint8Array
  | null
  | readonly (bigint | string)[];
export type CqlRow = Readonly<Record<string, unknown>>;

/** One statement with its values; idempotent: applied twice it leaves the same rows. */
export interface CqlStatement {
  readonly query: string;
  readonly values: readonly CqlValue[];
}

/** What became of a conditional statement; unknown: it may yet be applied, so read back at SERIAL. */
export type CasAnswer =
  | { readonly kind: "applied" }
  | { readonly kind: "refused"; readonly row: CqlRow | undefined }
  | { readonly kind: "unknown"; readonly cause: unknown };

/** A keyspace. Statements are prepared, and run at LOCAL_QUORUM. UNAVAILABLE when that cannot be had. */
export interface Cql {
  readonly keyspace: string;
  /** An idempotent statement or a query; the driver repeats it at another replica when one fails. */
  run(query: string, values: readonly CqlValue[]): Promise<readonly CqlRow[]>;
  /** Idempotent writes of one partition, as one unlogged batch. */
  runPartition(statements: readonly CqlStatement[]): Promise<void>;
  /** A conditional statement; sent once, never repeated. */
  cas(query: string, values: readonly CqlValue[]): Promise<CasAnswer>;
  /** A read that first finishes conditional statements in flight on the partition. */
  serialRead(query: string, values: readonly CqlValue[]): Promise<CqlRow | undefined>;
  /** Changes the schema; returns once all nodes agree on it. */
  define(statement: string): Promise<void>;
  close(): Promise<void>;
}

const { consistencies } = types;
const READ_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Connects, and makes the keyspace when it is missing. */
export async function connectCql(config: CqlConfig, log: Logger): Promise<Cql> {
  await makeKeyspace(config);
  const client = newClient(config, config.cqlKeyspace);
  client.on("log", (level: string, _module: string, message: string) => {
    if (level === "error" || level === "warning") log.warn({ driver: message }, "cql driver");
  });
  await client.connect().catch((error: unknown) => {
    throw asUnavailable(error);
  });
  return new DriverSession(client, config.cqlKeyspace);
}

async function makeKeyspace(config: CqlConfig): Promise<void> {
  const client = newClient(config);
  const options = `{'class': 'NetworkTopologyStrategy', '${config.cqlLocalDc}': ${config.cqlReplication}}`;
  try {
    await client.execute(
      `CREATE KEYSPACE IF NOT EXISTS ${config.cqlKeyspace} WITH replication = ${options}`,
    );
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    await client.shutdown();
  }
}

function newClient(config: CqlConfig, keyspace?: string): Client {
  const [port = "9042"] = config.cqlContactPoints.map((point) => point.split(":")[1]);
  return new Client({
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
  private readonly client: Client;

  constructor(client: Client, keyspace: string) {
    this.client = client;
    this.keyspace = keyspace;
  }

  async run(query: string, values: readonly CqlValue[]): Promise<readonly CqlRow[]> {
    return rowsOf(await this.execute(query, values, { isIdempotent: true }));
  }

  async runPartition(statements: readonly CqlStatement[]): Promise<void> {
    const queries = statements.map(({ query, values }) => ({ query, params: [...values] }));
    try {
      await this.client.batch(queries, { prepare: true, logged: false, isIdempotent: true });
    } catch (error) {
      throw asUnavailable(error);
    }
  }

  async cas(query: string, values: readonly CqlValue[]): Promise<CasAnswer> {
    try {
      const result = await this.client.execute(query, [...values], { isIdempotent: false });
      if (result.wasApplied()) return { kind: "applied" };
      return { kind: "refused", row: rowsOf(result)[0] };
    } catch (error) {
      if (isOutcomeUnknown(error)) return { kind: "unknown", cause: error };
      throw asUnavailable(error);
    }
  }

  async serialRead(query: string, values: readonly CqlValue[]): Promise<CqlRow | undefined> {
    const options = { isIdempotent: true, consistency: consistencies.localSerial };
    return rowsOf(await this.execute(query, values, options))[0];
  }

  async define(statement: string): Promise<void> {
    await this.execute(statement, [], { prepare: false, isIdempotent: true });
  }

  close(): Promise<void> {
    return this.client.shutdown();
  }

  private async execute(query: string, values: readonly CqlValue[], options: object) {
    try {
      return await this.client.execute(query, [...values], options);
    } catch (error) {
      throw asUnavailable(error);
    }
  }
}

function rowsOf(result: types.ResultSet): readonly CqlRow[] {
  return (result.rows ?? []) as unknown as CqlRow[];
}
