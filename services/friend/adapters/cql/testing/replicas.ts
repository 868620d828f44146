/** What is stored under a name on one replica. */
export interface Cell {
  readonly version: bigint;
  /** When it expires, ms; Infinity: never. */
  readonly endMs: number;
  readonly value: unknown;
}

export type Cells = Readonly<Record<string, Cell | undefined>>;

/** Stops a task until the schedule lets it go on. What is `late` may wait for long. */
export type Gate = (isLate?: boolean) => Promise<void>;

export interface ReplicasDeps {
  readonly gate: Gate;
  readonly random: () => number;
  readonly nowMs: () => number;
}

const REPLICAS = 3;
const QUORUM = 2;

/**
 * One partition on three replicas, as Cassandra and ScyllaDB keep it: a write is applied by each of them as a whole,
 * at a time of its own, and is done when two have; a read asks two, and gives both what the other has newer, of
 * what was asked for. A replica that was away may be given a write much later, or never.
 */
export class Replicas {
  readonly #deps: ReplicasDeps;
  readonly #replicas: Record<string, Cell | undefined>[];
  /** How often a replica is away, 0 to 1. */
  awayShare = 0;

  constructor(deps: ReplicasDeps) {
    this.#deps = deps;
    this.#replicas = Array.from({ length: REPLICAS }, () => ({}));
  }

  write(cells: Cells): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    let [done, failed] = [0, 0];
    const isSlow = this.#deps.random() < 0.5;
    const first = Math.floor(this.#deps.random() * REPLICAS);
    const deliver = async (replica: number) => {
      await this.#deps.gate(replica !== first && isSlow);
      const isAway = this.#deps.random() < this.awayShare;
      if (!isAway) {
        this.#apply(replica, cells);
        if (++done === QUORUM) resolve();
        return;
      }
      if (++failed === QUORUM) reject(new Error("no quorum"));
      await this.#deps.gate(true);
      this.#apply(replica, cells);
    };
    for (let replica = 0; replica < REPLICAS; replica++) void deliver(replica);
    return promise;
  }

  /** By name; what has expired is not there. */
  async read(...names: readonly string[]): Promise<Cells> {
    const { gate, random, nowMs } = this.#deps;
    const leftOut = Math.floor(random() * REPLICAS);
    const asked = this.#replicas.map((_, i) => i).filter((i) => i !== leftOut);
    const found: Record<string, Cell | undefined> = {};
    for (const replica of asked) {
      await gate();
      for (const name of names) {
        const cell = this.#replicas[replica][name];
        if (cell && isNewer(cell, found[name])) found[name] = cell;
      }
    }
    await gate();
    for (const replica of asked) this.#apply(replica, found);
    const living = Object.entries(found).filter(([, cell]) => cell && cell.endMs > nowMs());
    return Object.fromEntries(living);
  }

  #apply(replica: number, cells: Cells): void {
    const kept = this.#replicas[replica];
    for (const [name, cell] of Object.entries(cells)) {
      if (cell && isNewer(cell, kept[name])) kept[name] = cell;
    }
  }
}

/** Of one version what expires stays, and of two that do what expires later. */
function isNewer(cell: Cell, than: Cell | undefined): boolean {
  if (than === undefined || cell.version !== than.version) {
    return cell.version > (than?.version ?? -1n);
  }
  const expires = [cell, than].map(({ endMs }) => Number.isFinite(endMs));
  return expires[0] === expires[1] ? cell.endMs > than.endMs : expires[0];
}
