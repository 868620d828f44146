import { decodePostLogRow } from "../../../../services/model/wire/post-log-row.ts";
import type { Clock } from "../../../../services/platform/clock/clock.ts";
import type { OutboxItem } from "../../../../services/platform/messaging/outbox/outbox.ts";
import { LogWriter } from "../../../../services/post/domain/log-writer.ts";
import { changeOf } from "../../../../services/post/domain/post-events.ts";
import type { PostLogRow as StoredRow } from "../../../../services/post/ports.ts";
import type {
  LogHeads,
  LogListener,
  LogPlace,
  PostLog,
  PostLogRow,
} from "../../../../services/timeline/ports.ts";
import type { Life, Network } from "../network.ts";

const BUCKET_MS = 1_000;

interface Surroundings {
  readonly network: Network;
  readonly clock: Clock;
  readonly report: (problem: string) => void;
}

/** The rows of the post log, which outlive every process, and the real writer before them. */
export class ModelPostLog implements PostLog {
  readonly #env: Surroundings;
  readonly #rows = new Map<bigint, StoredRow[]>();
  readonly #listeners = new Set<{ readonly life: Life; readonly listener: LogListener }>();
  #generations = 0n;

  constructor(env: Surroundings) {
    this.#env = env;
  }

  /** How the relay of one life records what it is about to publish: under a generation of its own. */
  recorder(life: Life): (items: readonly OutboxItem[]) => Promise<void> {
    const generation = ++this.#generations;
    const travel = () => life.lives(this.#env.network.travel());
    const writer = new LogWriter({
      enlist: travel,
      insert: async (_, row) => {
        await travel();
        this.#store(generation, row);
        await travel();
      },
      onWritten: (_, row) => this.#tell(generation, row),
      bucketAt: (nowMs) => Math.floor(nowMs / BUCKET_MS),
      clock: this.#env.clock,
    });
    return (items) => writer.write(generation, items.map(changeOf));
  }

  /** Tells one life of an owner of the rows that are written, late and out of order, or not. */
  watchFor(life: Life, listener: LogListener): AsyncDisposable {
    const one = { life, listener };
    this.#listeners.add(one);
    return { [Symbol.asyncDispose]: async () => void this.#listeners.delete(one) };
  }

  #tell(generation: bigint, row: StoredRow): void {
    const writer = String(generation);
    const news = { head: { generation, seq: row.seq, bucket: row.bucket }, rows: [unpacked(row)] };
    for (const { life, listener } of this.#listeners) {
      const { network } = this.#env;
      void network
        .call(
          life,
          () => life,
          () => listener.heard(writer, news),
        )
        .catch(() => listener.lost(writer));
    }
  }

  headsNow(): LogHeads {
    const heads = [...this.#rows].map(([generation, rows]) => {
      const { seq, bucket } = rows[rows.length - 1];
      return { generation, seq, bucket };
    });
    return { began: 0n, heads };
  }

  async heads(): Promise<LogHeads> {
    return this.headsNow();
  }

  async after(generation: bigint, { seq }: LogPlace, limit: number): Promise<PostLogRow[]> {
    const rows = this.#rows.get(generation) ?? [];
    return rows
      .filter((row) => row.seq > seq)
      .slice(0, limit)
      .map(unpacked);
  }

  async before(generation: bigint, { seq }: LogPlace, limit: number): Promise<PostLogRow[]> {
    const rows = this.#rows.get(generation) ?? [];
    return rows
      .filter((row) => row.seq < seq)
      .reverse()
      .slice(0, limit)
      .map(unpacked);
  }

  /** Written twice it is the same row. */
  #store(generation: bigint, row: StoredRow): void {
    const rows = this.#rows.getOrInsertComputed(generation, () => []);
    const known = rows.find(({ seq }) => seq === row.seq);
    if (!known) rows.push(row);
    else if (Buffer.compare(known.packed, row.packed) !== 0) {
      this.#env.report(`row ${row.seq} of ${generation} was written with another content`);
    }
  }
}

function unpacked({ packed, ...place }: StoredRow): PostLogRow {
  return { ...place, ...decodePostLogRow(packed) };
}
