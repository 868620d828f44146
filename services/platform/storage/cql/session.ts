import { type Client, types } from "cassandra-driver";
import { systemClock } from "../../clock/system-clock.ts";
import type { Logger } from "../../telemetry/logger.ts";
import type { CqlConfig } from "./config.ts";
import { asUnavailable, isOutcomeUnknown, isTableUnknown } from "./errors.ts";
import {
  type CqlAddress,
  onceVisible,
  openClient,
  SCHEMA_TIMEOUT_MS,
  VISIBLE_MS,
} from "./open-client.ts";

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

/** Connects, and makes the keyspace when it is missing. */
export async function connectCql(config: CqlAddress, log: Logger): Promise<Cql> {
  return new DriverSession(await openClient(config, log), config);
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
    const options = { prepare: false, isIdempotent: true, ...within(SCHEMA_TIMEOUT_MS) };
    await this.#execute(statement, [], options);
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
