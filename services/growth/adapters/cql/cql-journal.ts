import type { Clock } from "../../../platform/clock/clock.ts";
import { compareAndSet, ofRow } from "../../../platform/storage/cql/cas.ts";
import type { Cql } from "../../../platform/storage/cql/session.ts";
import type { Journal, Manifest, OnRecords, StoredJournal } from "../../ports.ts";
import { BlobRows } from "./blob-rows.ts";
import { BUCKET_FRAMES, bucketOf, FencedError, LogRows } from "./log-rows.ts";

const MANIFEST_ID = 0;
const READ_MANIFEST = "SELECT position, manifest FROM growth_manifest WHERE id = ?";
const FIRST_MANIFEST = `INSERT INTO growth_manifest (id, position, manifest) VALUES (?, ?, ?)
  IF NOT EXISTS`;
const NEXT_MANIFEST = `UPDATE growth_manifest SET position = ?, manifest = ? WHERE id = ?
  IF position = ?`;

/**
 * What a keyspace holds. Positions are numbers of frames. A partition of the log has an owner, and every
 * frame is written on the condition that it is us: so of two processes that think the journal is theirs
 * the older one loses at its next frame, and ends; no lease, no clock. A new process takes a partition
 * before it reads it, so that it misses nothing that was ever acknowledged.
 */
export async function findCqlJournal(
  cql: Cql,
  self: string,
  clock: Pick<Clock, "delay">,
): Promise<StoredJournal> {
  const rows = new LogRows(cql, self, clock);
  const blobs = new BlobRows(cql);
  const row = await cql.serialRead(READ_MANIFEST, [MANIFEST_ID]);
  const manifest = row && (JSON.parse(row.manifest as string) as Manifest);
  return {
    manifest,
    readBlob: (name) => blobs.get(name),
    replay: async (onRecords) => {
      const position = await takeOver(rows, manifest?.position ?? 0, onRecords);
      // Another may have gone on meanwhile, and removed what we were about to take.
      const now = await cql.serialRead(READ_MANIFEST, [MANIFEST_ID]);
      if (now?.position !== row?.position) throw new FencedError();
      return new CqlJournal({ cql, rows, blobs, manifest, position });
    },
  };
}

/** Resolves to where our first frame goes. */
async function takeOver(rows: LogRows, start: number, onRecords: OnRecords): Promise<number> {
  let seq = start;
  for (let bucket = bucketOf(start); ; bucket++) {
    // Taken first, read then: nobody else adds to it any more.
    await rows.take(bucket);
    for await (const frame of rows.frames(bucket, seq)) {
      onRecords(frame, 0, frame.length);
      seq++;
    }
    const isFull = seq === (bucket + 1) * BUCKET_FRAMES;
    if (!isFull || (await rows.ownerOf(bucket + 1)) === undefined) return seq;
  }
}

interface CqlJournalParts {
  readonly cql: Cql;
  readonly rows: LogRows;
  readonly blobs: BlobRows;
  readonly manifest: Manifest | undefined;
  readonly position: number;
}

class CqlJournal implements Journal {
  readonly headBytes = 0;
  readonly #parts: CqlJournalParts;
  #manifest: Manifest | undefined;
  #position: number;

  constructor(parts: CqlJournalParts) {
    this.#parts = parts;
    this.#manifest = parts.manifest;
    this.#position = parts.position;
  }

  get position(): number {
    return this.#position;
  }

  async append(frame: Buffer): Promise<number> {
    const { rows } = this.#parts;
    if (this.#position % BUCKET_FRAMES === 0) await rows.open(bucketOf(this.#position));
    await rows.append(this.#position, frame);
    return ++this.#position;
  }

  writeBlob(name: string, content: Uint8Array): Promise<void> {
    return this.#parts.blobs.put(name, content);
  }

  async checkpoint(manifest: Manifest): Promise<void> {
    const { rows, blobs } = this.#parts;
    const last = this.#manifest;
    await this.#replaceManifest(last, manifest);
    this.#manifest = manifest;
    const needed = new Set(manifest.blobs);
    for (const name of last?.blobs ?? []) if (!needed.has(name)) await blobs.remove(name);
    await rows.remove(bucketOf(last?.position ?? 0), bucketOf(manifest.position));
  }

  async close(): Promise<void> {}

  /** Only in the place of the one that we know: a process that was overtaken changes nothing. */
  async #replaceManifest(last: Manifest | undefined, next: Manifest): Promise<void> {
    const text = JSON.stringify(next);
    const position = BigInt(next.position);
    const statement =
      last === undefined
        ? { query: FIRST_MANIFEST, values: [MANIFEST_ID, position, text] }
        : {
            query: NEXT_MANIFEST,
            values: [position, text, MANIFEST_ID, BigInt(last.position)],
          };
    const readBack = { query: READ_MANIFEST, values: [MANIFEST_ID] };
    const seen = last && BigInt(last.position);
    const judge = ofRow(
      (row) => row?.position === position,
      (row) => row?.position === seen,
    );
    const { applied } = await compareAndSet(this.#parts.cql, { statement, readBack, judge });
    if (!applied) throw new FencedError();
  }
}
