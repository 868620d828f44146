import { closeSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import type { Id } from "../ports.ts";
import { fromJson, type IdKind, toJson } from "./id-codec.ts";
import type { TemporaryFolder } from "./temporary-folder.ts";

/** Ids with a number that says what they have in common: a path, or a table. */
export interface Batch {
  readonly key: number;
  readonly ids: readonly Id[];
}

export interface BatchLogOptions {
  readonly folder: TemporaryFolder;
  /** Ids in a full batch. */
  readonly batchItems: number;
  /** Ids that are held in memory before a file takes them. */
  readonly memoryItems: number;
  kindOf(key: number): IdKind;
}

/** Where a batch begins in the file; it ends where the next begins. */
interface Place {
  readonly key: number;
  readonly offset: number;
}

/**
 * An append-only list of batches, in memory while it is small, in a file beyond. Ids pushed in small
 * parts are put together into full batches of their key.
 */
export class BatchLog {
  readonly #options: BatchLogOptions;
  readonly #open = new Map<number, Id[]>();
  #held: Batch[] = [];
  #heldItems = 0;
  readonly #places: Place[] = [];
  #end = 0;
  #file: { readonly path: string; readonly fd: number } | undefined;
  /** Ids in all. */
  count = 0;

  constructor(options: BatchLogOptions) {
    this.#options = options;
  }

  push(key: number, ids: readonly Id[]): void {
    this.count += ids.length;
    const open = this.#open.get(key) ?? [];
    this.#open.set(key, open);
    for (const id of ids) {
      open.push(id);
      if (open.length < this.#options.batchItems) continue;
      this.#append({ key, ids: open.splice(0) });
    }
  }

  /** Closes the batches that are not full; returns how many batches there are until here. */
  mark(): number {
    for (const [key, ids] of this.#open) if (ids.length > 0) this.#append({ key, ids });
    this.#open.clear();
    return this.#places.length + this.#held.length;
  }

  /** The batches from one mark to another; all of them by default. */
  *batches(from = 0, to: number = this.mark()): Generator<Batch> {
    for (let i = from; i < to; i++) {
      const onDisk = this.#places.length;
      yield i < onDisk ? this.#read(i) : this.#held[i - onDisk];
    }
  }

  [Symbol.dispose](): void {
    if (!this.#file) return;
    closeSync(this.#file.fd);
    rmSync(this.#file.path);
    this.#file = undefined;
  }

  #append(batch: Batch): void {
    this.#held.push(batch);
    this.#heldItems += batch.ids.length;
    if (this.#heldItems > this.#options.memoryItems) this.#spill();
  }

  #spill(): void {
    if (!this.#file) {
      const path = this.#options.folder.newFile();
      this.#file = { path, fd: openSync(path, "w+") };
    }
    const parts: Buffer[] = [];
    for (const { key, ids } of this.#held) {
      const text = Buffer.from(toJson(ids, this.#options.kindOf(key)));
      this.#places.push({ key, offset: this.#end });
      this.#end += text.length;
      parts.push(text);
    }
    writeFully(this.#file.fd, Buffer.concat(parts));
    this.#held = [];
    this.#heldItems = 0;
  }

  #read(index: number): Batch {
    if (!this.#file) throw new Error("the log is closed");
    const { key, offset } = this.#places[index];
    const end = index + 1 < this.#places.length ? this.#places[index + 1].offset : this.#end;
    const bytes = Buffer.alloc(end - offset);
    readSync(this.#file.fd, bytes, 0, bytes.length, offset);
    return { key, ids: fromJson(bytes.toString(), this.#options.kindOf(key)) };
  }
}

function writeFully(fd: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done);
  }
}
