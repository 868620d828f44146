import { DomainError } from "../../../platform/grpc/errors/errors.ts";
import type { Cql, CqlStatement } from "../../../platform/storage/cql/session.ts";
import type { RowValues } from "./entry-rows.ts";

/** What one call may make of the database at a time. */
export interface RowWriterLimits {
  /** Rows of one batch: many cost the driver less each; a server warns of batches above 5 KiB. */
  readonly batchRows: number;
  /** Batches in flight, of all calls together. */
  readonly batchesInFlight: number;
}

/** Measured on one node with Cassandra 5: `npm run bench -- cql-appends`. */
const ROW_WRITER_LIMITS: RowWriterLimits = { batchRows: 40, batchesInFlight: 32 };

export interface RowToWrite extends CqlStatement {
  readonly values: RowValues;
}

/**
 * Writes rows in unlogged batches, each of rows that share a replica: its coordinator then has them
 * all, and one call costs the driver and the server little more than one row.
 */
export class RowWriter {
  readonly #cql: Pick<Cql, "runPartition" | "replicaOf">;
  readonly #limits: RowWriterLimits;
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;

  constructor(cql: Pick<Cql, "runPartition" | "replicaOf">, limits = ROW_WRITER_LIMITS) {
    this.#cql = cql;
    this.#limits = limits;
  }

  /**
   * Resolves to the rows that could not be written, alone neither. Rejects with UNAVAILABLE when the
   * database seems to be the cause, not a row: nothing, or too little, was written.
   */
  async write<Row extends RowToWrite>(rows: readonly Row[]): Promise<ReadonlySet<Row>> {
    const batches = this.#group(rows);
    const results = await Promise.all(batches.map((batch) => this.#tryBatch(batch)));
    const failed = batches.filter((_, i) => results[i] !== undefined).flat();
    if (failed.length === 0) return new Set();
    const firstError = results.find((error) => error !== undefined);
    const isWidespread = failed.length > MAX_ROWS_ALONE || failed.length === rows.length;
    if (isWidespread && batches.length > 1) throw firstError;
    const alone = await Promise.all(failed.map((row) => this.#tryBatch([row])));
    const lost = failed.filter((_, i) => alone[i] !== undefined);
    if (lost.length === rows.length) throw firstError;
    return new Set(lost);
  }

  #group<Row extends RowToWrite>(rows: readonly Row[]): Row[][] {
    const { batchRows } = this.#limits;
    const open = new Map<string | undefined, Row[]>();
    const batches: Row[][] = [];
    for (const row of rows) {
      const replica = this.#cql.replicaOf(row.values[0], row.values[1]);
      let batch = open.get(replica);
      if (batch === undefined || batch.length === batchRows) {
        batch = [];
        batches.push(batch);
        open.set(replica, batch);
      }
      batch.push(row);
    }
    return batches;
  }

  /** The error, when it is one that passes. */
  async #tryBatch(rows: readonly CqlStatement[]): Promise<DomainError | undefined> {
    if (this.#inFlight === this.#limits.batchesInFlight) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#inFlight++;
    try {
      await this.#cql.runPartition(rows);
      return undefined;
    } catch (error) {
      if (error instanceof DomainError && error.code === "UNAVAILABLE") return error;
      throw error;
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#inFlight--;
    }
  }
}

/** More failed rows than this are no fault of single viewers. */
const MAX_ROWS_ALONE = 100;
