import type { Clock } from "../../clock/clock.ts";
import { systemClock } from "../../clock/system-clock.ts";
import type { Cql, CqlStatement } from "./session.ts";

export interface SharedBatchLimits {
  /** Of values in one batch; rows of one partition are one mutation, so that servers warn of none of this size. */
  readonly maxBytes: number;
  /** A write waits no longer for those that are under way: a node that does not answer holds up nobody else. */
  readonly gatherMs: number;
}

const LIMITS: SharedBatchLimits = { maxBytes: 32_768, gatherMs: 5 };

interface Waiting {
  readonly statement: CqlStatement;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** For rows of several partitions, of whose batches a server warns above 5 KiB: of which the last row may be over 1 KB. */
const ANY_PARTITION_LIMITS: SharedBatchLimits = { ...LIMITS, maxBytes: 3_584 };
/** What a row has beside its long value, as a server counts it: its keys, its timestamp and the names of its columns. */
const ROW_BYTES = 64;

/** Writes of any partitions: those that share a replica share batches. */
export class SharedBatches {
  readonly #cql: Pick<Cql, "run" | "runPartition" | "replicaOf">;
  readonly #clock: Pick<Clock, "delay">;
  readonly #byReplica = new Map<string | undefined, SharedBatch>();

  constructor(
    cql: Pick<Cql, "run" | "runPartition" | "replicaOf">,
    clock: Pick<Clock, "delay"> = systemClock,
  ) {
    this.#cql = cql;
    this.#clock = clock;
  }

  /** As SharedBatch. */
  write(
    statement: CqlStatement,
    bytes: number,
    ...partitionKey: readonly Uint8Array[]
  ): Promise<void> {
    const batch = this.#byReplica.getOrInsertComputed(
      this.#cql.replicaOf(...partitionKey),
      () => new SharedBatch(this.#cql, this.#clock, ANY_PARTITION_LIMITS),
    );
    return batch.write(statement, bytes + ROW_BYTES);
  }
}

/**
 * Writes of one partition, by many calls: what comes while a batch is under way goes with the next one, which costs the
 * database little more than one row. Who comes alone waits for nobody. The writes are idempotent, and in no order.
 */
export class SharedBatch {
  readonly #cql: Pick<Cql, "run" | "runPartition">;
  readonly #clock: Pick<Clock, "delay">;
  readonly #limits: SharedBatchLimits;
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #underWay = 0;

  constructor(
    cql: Pick<Cql, "run" | "runPartition">,
    clock: Pick<Clock, "delay"> = systemClock,
    limits = LIMITS,
  ) {
    this.#cql = cql;
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Resolves once this write is durable; rejects, as `run` does, when nobody knows that it is. */
  write(statement: CqlStatement, bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ statement, resolve, reject });
      this.#waitingBytes += bytes;
      if (this.#waitingBytes >= this.#limits.maxBytes) this.#send();
      else if (this.#waiting.length === 1) this.#sendSoon(this.#waiting);
    });
  }

  /** With the rest of this turn of the loop; behind a batch that is under way when that ends, or after a while. */
  #sendSoon(waiting: readonly Waiting[]): void {
    const send = () => {
      if (this.#waiting === waiting) this.#send();
    };
    if (this.#underWay === 0) setImmediate(send);
    else this.#clock.delay(this.#limits.gatherMs).then(send);
  }

  #send(): void {
    const group = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#underWay++;
    this.#run(group.map(({ statement }) => statement)).then(
      () => this.#ended(group, ({ resolve }) => resolve()),
      (error) => this.#ended(group, ({ reject }) => reject(error)),
    );
  }

  async #run(statements: readonly CqlStatement[]): Promise<void> {
    if (statements.length > 1) return this.#cql.runPartition(statements);
    for (const { query, values } of statements) await this.#cql.run(query, values);
  }

  #ended(group: readonly Waiting[], tell: (one: Waiting) => void): void {
    this.#underWay--;
    for (const one of group) tell(one);
    if (this.#underWay === 0 && this.#waiting.length > 0) this.#send();
  }
}
