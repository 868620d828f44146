import { type CasTimes, type ConditionalWrite, compareAndSet, ofRow } from "../cql/cas.ts";
import type { TableDefinition } from "../cql/migrate.ts";
import type { Cql, CqlRow, CqlStatement } from "../cql/session.ts";
import { LEASE_TIMES } from "./lease.ts";

/** Longer than anything that is done for a generation after its holder died. */
const ROW_LIFE_SECONDS = 14 * 86_400;

export const LEASE_TABLES: readonly TableDefinition[] = [
  {
    table: "leases",
    create: `CREATE TABLE IF NOT EXISTS leases (
      scope text, generation bigint, holder text, renewals bigint, taken_by bigint, looks int,
      taken_at_ms bigint, leaving boolean, PRIMARY KEY ((scope, generation))
    ) WITH default_time_to_live = ${ROW_LIFE_SECONDS}`,
    added: { leaving: "boolean" },
  },
  {
    table: "lease_directory",
    create: `CREATE TABLE IF NOT EXISTS lease_directory (
      scope text, generation bigint, PRIMARY KEY (scope, generation)
    ) WITH default_time_to_live = ${ROW_LIFE_SECONDS}`,
  },
];

/** The lease of one generation, as stored. */
export interface LeaseRow {
  readonly generation: bigint;
  /** The address or name of who holds it. */
  readonly holder: string;
  /** Rises while the holder lives; RELEASED once it has left in order. */
  readonly renewals: bigint;
  /** The generation of who took over; 0 for nobody. */
  readonly takenBy: bigint;
  /** How many times who took over has looked for what was left. */
  readonly looks: number;
  /** Unix ms. */
  readonly takenAtMs: number;
  /**
   * Whether its holder has said that it will leave, and holds it until it does. Undefined: the holder is of a version
   * that neither says so nor hears it.
   */
  readonly leaving?: boolean | undefined;
}

/** What a holder writes of itself. */
export type LeaseHolder = Pick<LeaseRow, "generation" | "holder" | "leaving">;

export const RELEASED = -1n;
export const NOBODY = 0n;

const COLUMNS = "generation, holder, renewals, taken_by, looks, taken_at_ms, leaving";
const READ = `SELECT ${COLUMNS} FROM leases WHERE scope = ? AND generation = ?`;
const LIST = "SELECT generation FROM lease_directory WHERE scope = ?";
const ENLIST = "INSERT INTO lease_directory (scope, generation) VALUES (?, ?)";
const CREATE = `INSERT INTO leases
  (scope, generation, holder, leaving, renewals, taken_by, looks, taken_at_ms)
  VALUES (?, ?, ?, ?, 0, 0, 0, 0) IF NOT EXISTS`;
const RENEW = `UPDATE leases SET renewals = ?, holder = ?, leaving = ?, taken_by = 0, looks = 0,
  taken_at_ms = 0 WHERE scope = ? AND generation = ? IF renewals = ? AND taken_by = 0`;
const TAKE = `UPDATE leases SET taken_by = ?, taken_at_ms = ?
  WHERE scope = ? AND generation = ? IF renewals = ? AND taken_by = ?`;
const LOOKED = `UPDATE leases SET looks = ?
  WHERE scope = ? AND generation = ? IF taken_by = ? AND looks = ?`;

/**
 * The rows of the leases of one scope ("post-outbox"), changed by CAS only. Each condition names what was
 * seen (the renewal, who has taken over, the looks), and each change makes another of it: so what timed out
 * can be sent again, and does no harm when it is applied late.
 */
export class LeaseRows {
  readonly #cql: Cql;
  readonly #scope: string;
  readonly #renewalTimes: CasTimes;

  /**
   * `times`: of the leases. All requests for one renewal fit into the time that is left for it; nothing else is in a hurry,
   * and a database that is slow, but answers, makes nobody fail to start.
   */
  constructor(cql: Cql, scope: string, { durationMs } = LEASE_TIMES) {
    this.#cql = cql;
    this.#scope = scope;
    this.#renewalTimes = { timeoutMs: durationMs / REQUESTS_PER_DURATION, attempts: 1 };
  }

  /** Every generation that may still matter. */
  async list(): Promise<readonly bigint[]> {
    const rows = await this.#cql.run(LIST, [this.#scope]);
    return rows.map((row) => row.generation as bigint);
  }

  /** As last seen by a quorum: enough to watch, for what is done about it is a CAS. */
  async read(generation: bigint): Promise<LeaseRow | undefined> {
    const [row] = await this.#cql.run(READ, [this.#scope, generation]);
    return row && leaseRowOf(row);
  }

  /** False: this generation was used before. It is in the directory before it is a lease. */
  async create({ generation, holder, leaving = false }: LeaseHolder): Promise<boolean> {
    await this.#cql.run(ENLIST, [this.#scope, generation]);
    const statement = { query: CREATE, values: [this.#scope, generation, holder, leaving] };
    return this.#change(
      generation,
      statement,
      (row) => row === undefined,
      (row) => row?.holder === holder && row.renewals === 0n,
    );
  }

  /**
   * Counts one renewal, from `renewals` to `next`. False: another has taken over. UNAVAILABLE: nobody
   * knows; ask again with the same numbers, and the same words. Writes the whole row, so that it lives on.
   */
  async renew(
    { generation, holder, leaving = false }: LeaseHolder,
    renewals: bigint,
    next: bigint,
  ): Promise<boolean> {
    const statement = {
      query: RENEW,
      values: [next, holder, leaving, this.#scope, generation, renewals],
    };
    const write = this.#write(generation, statement, isAt(renewals), isAt(next));
    const isRenewed = (await compareAndSet(this.#cql, write, this.#renewalTimes)).applied;
    if (isRenewed && next !== RELEASED && next % ENLIST_EVERY === 0n)
      await this.#cql.run(ENLIST, [this.#scope, generation]);
    return isRenewed;
  }

  /** Takes the generation over from its holder, or from who had taken it over. */
  take(seen: LeaseRow, by: bigint, nowMs: number): Promise<boolean> {
    const { generation, renewals, takenBy } = seen;
    const since = BigInt(takenBy === NOBODY ? nowMs : seen.takenAtMs);
    const values = [by, since, this.#scope, generation, renewals, takenBy];
    return this.#change(
      generation,
      { query: TAKE, values },
      (row) => row?.renewals === renewals && row.taken_by === takenBy,
      (row) => row?.taken_by === by,
    );
  }

  /** Remembers that who took over has looked `looks` times, once more than was `seen`. */
  looked(seen: LeaseRow, by: bigint, looks: number): Promise<boolean> {
    const { generation } = seen;
    const values = [looks, this.#scope, generation, by, seen.looks];
    return this.#change(
      generation,
      { query: LOOKED, values },
      (row) => row?.taken_by === by && row.looks === seen.looks,
      (row) => row?.taken_by === by && row.looks === looks,
    );
  }

  async #change(
    generation: bigint,
    statement: CqlStatement,
    isAsSeen: (row: CqlRow | undefined) => boolean,
    isOurs: (row: CqlRow | undefined) => boolean,
  ): Promise<boolean> {
    const write = this.#write(generation, statement, isAsSeen, isOurs);
    return (await compareAndSet(this.#cql, write)).applied;
  }

  #write(
    generation: bigint,
    statement: CqlStatement,
    isAsSeen: (row: CqlRow | undefined) => boolean,
    isOurs: (row: CqlRow | undefined) => boolean,
  ): ConditionalWrite {
    const readBack = { query: READ, values: [this.#scope, generation] };
    return { statement, readBack, judge: ofRow(isOurs, isAsSeen) };
  }
}

/** The holder's own, at this renewal. */
function isAt(renewals: bigint): (row: CqlRow | undefined) => boolean {
  return (row) => row?.renewals === renewals && row.taken_by === NOBODY;
}

/** A CAS and its reading back, twice over, fit between a renewal that is due and the lease's end. */
const REQUESTS_PER_DURATION = 8;

/** Renewals between two renewals of the directory's row, which expires like all others. */
const ENLIST_EVERY = 10_000n;

function leaseRowOf(row: CqlRow): LeaseRow {
  return {
    generation: row.generation as bigint,
    holder: row.holder as string,
    renewals: row.renewals as bigint,
    takenBy: row.taken_by as bigint,
    looks: row.looks as number,
    takenAtMs: Number(row.taken_at_ms as bigint),
    leaving: (row.leaving as boolean | null) ?? undefined,
  };
}
