import { join } from "node:path";
import type { FileSystem } from "../../../platform/storage/log/file-system.ts";
import { FRAME_HEADER_BYTES, sealFrame } from "../../../platform/storage/log/frame.ts";
import { type ReadLog, readLog, readWhole } from "../../../platform/storage/log/read-log.ts";
import { Segments } from "../../../platform/storage/log/segments.ts";
import type { Journal, Manifest, OnRecords, StoredJournal } from "../../ports.ts";
import { seal, unseal } from "../sealed.ts";

export interface FileJournalOptions {
  readonly files: FileSystem;
  /** For this journal alone. */
  readonly folder: string;
  /** A segment of the log that is longer is followed by a new one. */
  readonly maxSegmentBytes: number;
}

const MANIFEST = "manifest";
const TMP = ".tmp";

/**
 * What a folder holds: the log's segments in `log`, and in `blobs` a file a blob, and the manifest. A
 * file gets its name when it is durable; what a crash left without a manifest is removed.
 * @throws DamageError when the log is damaged other than at its torn end: nothing is changed then
 */
export async function findFileJournal(options: FileJournalOptions): Promise<StoredJournal> {
  const { files, folder } = options;
  const blobs = join(folder, "blobs");
  await files.makeFolder(join(folder, "log"));
  await files.makeFolder(blobs);
  const names = await files.list(blobs);
  const readBlob = async (name: string) => unseal(name, await readWhole(files, join(blobs, name)));
  const manifest = names.includes(MANIFEST)
    ? (JSON.parse((await readBlob(MANIFEST)).toString()) as Manifest)
    : undefined;
  return {
    manifest,
    readBlob,
    replay: async (onRecords: OnRecords) => {
      const start = manifest?.position ?? 0;
      const log = await readLog(files, join(folder, "log"), start, (bytes, from, to, position) => {
        if (position >= start) onRecords(bytes, from, to);
      });
      return await FileJournal.begin(options, log);
    },
  };
}

class FileJournal implements Journal {
  readonly headBytes = FRAME_HEADER_BYTES;
  readonly #files: FileSystem;
  readonly #blobs: string;
  readonly #segments: Segments;

  private constructor({ files, folder }: FileJournalOptions, segments: Segments) {
    this.#files = files;
    this.#blobs = join(folder, "blobs");
    this.#segments = segments;
  }

  static async begin(options: FileJournalOptions, log: ReadLog): Promise<FileJournal> {
    const own = { ...options, folder: join(options.folder, "log") };
    return new FileJournal(options, await Segments.begin(own, log.segments, log.position));
  }

  get position(): number {
    return this.#segments.position;
  }

  async append(frame: Buffer): Promise<number> {
    sealFrame(frame, frame.length, this.#segments.position);
    await this.#segments.append(frame);
    return this.#segments.position;
  }

  async writeBlob(name: string, content: Uint8Array): Promise<void> {
    await this.#writeTmp(name, content);
    await this.#files.rename(join(this.#blobs, name + TMP), join(this.#blobs, name));
  }

  async checkpoint(manifest: Manifest): Promise<void> {
    const files = this.#files;
    await this.#writeTmp(MANIFEST, Buffer.from(JSON.stringify(manifest)));
    // The blobs' names are durable before the one name that counts.
    await files.syncFolder(this.#blobs);
    await files.rename(join(this.#blobs, MANIFEST + TMP), join(this.#blobs, MANIFEST));
    await files.syncFolder(this.#blobs);
    const needed = new Set([MANIFEST, ...manifest.blobs]);
    for (const name of await files.list(this.#blobs)) {
      if (!needed.has(name)) await files.remove(join(this.#blobs, name));
    }
    await this.#segments.removeBefore(manifest.position);
  }

  close(): Promise<void> {
    return this.#segments.close();
  }

  async #writeTmp(name: string, content: Uint8Array): Promise<void> {
    const file = await this.#files.create(join(this.#blobs, name + TMP));
    await file.write(seal(content));
    await file.sync();
    await file.close();
  }
}
