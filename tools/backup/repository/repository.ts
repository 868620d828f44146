import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { onFile } from "../../../services/platform/storage/file-error.ts";
import type { FolderLock } from "../../../services/platform/storage/folder-lock.ts";
import { Blocks, syncFolder } from "./blocks.ts";
import {
  BEFORE_FACTS,
  FACTS,
  type Facts,
  FORMAT,
  readFacts,
  refuseForeign,
  writeDurably,
} from "./facts.ts";
import {
  backupName,
  decodeManifest,
  type EngineName,
  encodeManifest,
  ForeignBackupError,
  kept,
  type Manifest,
} from "./manifest.ts";
import { type Access, IMPATIENT, lockPatiently, type Patience } from "./patience.ts";
import { namesOf, readFileBack } from "./stored-file.ts";
import { isManifest, momentOf, NothingLeftError, type Survey, type Unreadable } from "./survey.ts";

/** A folder of backups of one mesh, which share what they have in common. One process at a time. */
export class Repository {
  readonly id: string;
  readonly engine: EngineName;
  readonly blocks: Blocks;
  readonly #folder: string;
  readonly #lock: FolderLock;
  readonly #access: Access;

  private constructor(folder: string, facts: Facts, lock: FolderLock, access: Access = "write") {
    this.#folder = folder;
    this.#lock = lock;
    this.#access = access;
    this.id = facts.id;
    this.engine = facts.engine;
    this.blocks = new Blocks(join(folder, "blocks"));
  }

  /** Opens what is there, or makes it for `engine`. @throws ForeignBackupError, FolderInUseError, FileError */
  static async openOrMake(
    folder: string,
    engine: EngineName,
    patience = IMPATIENT,
  ): Promise<Repository> {
    const names: readonly string[] = await readdir(folder).catch(() => []);
    if (names.some((name) => !BEFORE_FACTS.includes(name))) {
      if (!names.includes(FACTS)) {
        throw new ForeignBackupError(
          `${folder} has no backups of a mesh, but other files (${names[0]}): a new repository wants a folder that is empty or not there yet, such as ${join(folder, "tidings")}`,
        );
      }
      return Repository.open(folder, engine, patience);
    }
    const lock = await lockPatiently(folder, patience);
    try {
      return await onFile(folder, async () => {
        // Whoever had the lock until now may have made it.
        const found = await readFacts(folder);
        const facts = found ?? { format: FORMAT, id: randomUUID(), engine };
        refuseForeign(folder, facts, engine);
        if (!found) await writeDurably(folder, FACTS, `${JSON.stringify(facts)}\n`);
        const made = new Repository(folder, facts, lock);
        await made.blocks.prepare();
        await mkdir(join(folder, "backups"), { recursive: true, mode: 0o700 });
        return made;
      });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** @throws ForeignBackupError: it is no repository, or one of another set of engines */
  static open(folder: string, engine?: EngineName, patience = IMPATIENT): Promise<Repository> {
    return Repository.#open(folder, engine, patience, "write");
  }

  /** The same, to read only: nothing is written, so it may lie on a disk that is full or can't be written. */
  static openToRead(folder: string, engine?: EngineName, patience = IMPATIENT) {
    return Repository.#open(folder, engine, patience, "read");
  }

  static async #open(
    folder: string,
    engine: EngineName | undefined,
    patience: Patience,
    access: Access,
  ): Promise<Repository> {
    const facts = await onFile(folder, () => readFacts(folder));
    if (!facts) {
      throw new ForeignBackupError(`${folder} has no backups of a mesh: no ${FACTS} of ours`);
    }
    refuseForeign(folder, facts, engine);
    return new Repository(folder, facts, await lockPatiently(folder, patience, access), access);
  }

  /** All backups, and those that can't be read, which keep nobody from the others. */
  async survey(): Promise<Survey> {
    const all = await Promise.all((await this.#names()).map((name) => this.#read(name)));
    const isUnreadable = (one: Manifest | Unreadable): one is Unreadable => !isManifest(one);
    return { backups: all.filter(isManifest), unreadable: all.filter(isUnreadable) };
  }

  /** As far back as the newest that can be read, if there is one. */
  async newest(): Promise<Survey> {
    const unreadable: Unreadable[] = [];
    for (const name of (await this.#names()).toReversed()) {
      const one = await this.#read(name);
      if (isManifest(one)) return { backups: [one], unreadable };
      unreadable.unshift(one);
    }
    return { backups: [], unreadable };
  }

  /** Names of manifests, in the order of their moments. */
  async #names(): Promise<readonly string[]> {
    const folder = join(this.#folder, "backups");
    const names = await onFile(folder, () => readdir(folder));
    return names.filter((name) => name.endsWith(".json")).sort();
  }

  async #read(name: string): Promise<Manifest | Unreadable> {
    const path = join(this.#folder, "backups", name);
    try {
      return decodeManifest(await readFile(path, "utf8"), path, this.id);
    } catch (error) {
      return { path, momentMs: momentOf(name), why: error as Error };
    }
  }

  /** The backup counts from now on: all that it needs is durable before its name is. */
  async add(manifest: Manifest): Promise<void> {
    await this.blocks.sync();
    const folder = join(this.#folder, "backups");
    const name = `${backupName(manifest)}.json`;
    await onFile(folder, () => writeDurably(folder, name, encodeManifest(manifest)));
  }

  /** Reads everything that a backup needs; gives its bytes. @throws DamagedBackupError */
  async verify({ files }: Manifest): Promise<number> {
    let bytes = 0;
    for (const file of files) {
      for await (const block of readFileBack(this.blocks, file)) bytes += block.length;
    }
    return bytes;
  }

  /**
   * Forgets backups from before `sinceMs`, the newest never, and what only they needed. What a backup needs that can't
   * be read nobody knows: while there is one nothing is removed but names, unless it is to be forgotten, too.
   */
  async prune(sinceMs: number, forgetUnreadable = false): Promise<Pruned> {
    const { backups, unreadable } = await this.survey();
    const staying = kept(backups, sinceMs);
    const needed = new Set<string>();
    const unknown: Unreadable[] = [...unreadable];
    for (const manifest of staying) {
      const { momentMs } = manifest;
      await this.#addNeeds(manifest, needed).catch((why: Error) => {
        unknown.push({ path: this.#pathOf(manifest), momentMs, why });
      });
    }
    const stayingUnread = unknown.length - unreadable.length;
    if (forgetUnreadable && staying.length === stayingUnread) {
      throw new NothingLeftError(this.#folder);
    }
    const going = backups.filter((one) => !staying.includes(one)).map((one) => this.#pathOf(one));
    if (forgetUnreadable) going.push(...unknown.map(({ path }) => path));
    for (const path of going) await rm(path);
    await syncFolder(join(this.#folder, "backups"));
    const isAllKnown = forgetUnreadable || unknown.length === 0;
    const { bytes } = isAllKnown ? await this.blocks.retain(needed) : { bytes: 0 };
    return { backups: going.length, bytes, unreadable: unknown };
  }

  async #addNeeds({ files }: Manifest, needed: Set<string>): Promise<void> {
    for (const file of files) {
      for (const name of await namesOf(this.blocks, file)) needed.add(name);
    }
  }

  #pathOf(manifest: Manifest): string {
    return join(this.#folder, "backups", `${backupName(manifest)}.json`);
  }

  /** A folder for what is on its way, empty. */
  async scratch(): Promise<string> {
    const path = join(this.#folder, "scratch");
    return onFile(path, async () => {
      await rm(path, { recursive: true, force: true });
      await mkdir(path, { mode: 0o700 });
      return path;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#access === "write") {
      await rm(join(this.#folder, "scratch"), { recursive: true, force: true });
    }
    this.#lock.release();
  }
}

export interface Pruned {
  /** How many were forgotten. */
  readonly backups: number;
  /** Freed by it. */
  readonly bytes: number;
  /** Those that can't be read, which are still there unless they were to be forgotten. */
  readonly unreadable: readonly Unreadable[];
}
