import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { onFile } from "../../../services/platform/storage/file-error.ts";
import { type FolderLock, LOCK_FILES } from "../../../services/platform/storage/folder-lock.ts";
import { Blocks, DamagedBackupError, syncFolder } from "./blocks.ts";
import {
  backupName,
  decodeManifest,
  type EngineName,
  encodeManifest,
  ForeignBackupError,
  kept,
  type Manifest,
} from "./manifest.ts";
import { IMPATIENT, lockPatiently, type Patience } from "./patience.ts";
import { namesOf, readFileBack } from "./stored-file.ts";

const FACTS = "repository.json";
const FORMAT = "tidings-backups";
/** What somebody may have left who was about to make a repository. */
const BEFORE_FACTS: readonly string[] = [...LOCK_FILES, `${FACTS}.tmp`];

interface Facts {
  readonly format?: string;
  readonly id: string;
  readonly engine: EngineName;
}

/** A folder of backups of one mesh, which share what they have in common. One process at a time. */
export class Repository {
  readonly id: string;
  readonly engine: EngineName;
  readonly blocks: Blocks;
  readonly #folder: string;
  readonly #lock: FolderLock;

  private constructor(folder: string, facts: Facts, lock: FolderLock) {
    this.#folder = folder;
    this.#lock = lock;
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
  static async open(
    folder: string,
    engine?: EngineName,
    patience: Patience = IMPATIENT,
  ): Promise<Repository> {
    const facts = await onFile(folder, () => readFacts(folder));
    if (!facts) {
      throw new ForeignBackupError(`${folder} has no backups of a mesh: no ${FACTS} of ours`);
    }
    refuseForeign(folder, facts, engine);
    return new Repository(folder, facts, await lockPatiently(folder, patience));
  }

  /** The newest backup, if there is any. @throws ForeignBackupError, DamagedBackupError */
  async newest(): Promise<Manifest | undefined> {
    const name = (await this.#names()).at(-1);
    return name === undefined ? undefined : this.#read(name);
  }

  /** All backups, oldest first. @throws ForeignBackupError, DamagedBackupError */
  async list(): Promise<readonly Manifest[]> {
    return Promise.all((await this.#names()).map((name) => this.#read(name)));
  }

  /** Names of manifests, in the order of their moments. */
  async #names(): Promise<readonly string[]> {
    const folder = join(this.#folder, "backups");
    const names = await onFile(folder, () => readdir(folder));
    return names.filter((name) => name.endsWith(".json")).sort();
  }

  async #read(name: string): Promise<Manifest> {
    const path = join(this.#folder, "backups", name);
    return decodeManifest(await readFile(path, "utf8"), path, this.id);
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

  /** Forgets backups from before `sinceMs`, the newest never, and what only they needed. */
  async prune(sinceMs: number): Promise<{ backups: number; bytes: number }> {
    const all = await this.list();
    const staying = kept(all, sinceMs);
    for (const manifest of all.filter((one) => !staying.includes(one))) {
      await rm(join(this.#folder, "backups", `${backupName(manifest)}.json`));
    }
    await syncFolder(join(this.#folder, "backups"));
    const wanted = new Set<string>();
    for (const { files } of staying) {
      for (const file of files) {
        for (const name of await namesOf(this.blocks, file)) wanted.add(name);
      }
    }
    const { bytes } = await this.blocks.retain(wanted);
    return { backups: all.length - staying.length, bytes };
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
    await rm(join(this.#folder, "scratch"), { recursive: true, force: true });
    this.#lock.release();
  }
}

/** Undefined: there is none. */
async function readFacts(folder: string): Promise<Facts | undefined> {
  const path = join(folder, FACTS);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Facts;
  } catch (cause) {
    throw new DamagedBackupError(`${path} is damaged: it is no JSON`, { cause });
  }
}

function refuseForeign(folder: string, facts: Facts, engine: EngineName | undefined): void {
  if (facts.format !== FORMAT) {
    throw new ForeignBackupError(`${folder} has no backups of a mesh: its ${FACTS} is not ours`);
  }
  if (engine === undefined || facts.engine === engine) return;
  throw new ForeignBackupError(
    `${folder} has backups of TIDINGS_ENGINE=${facts.engine}, and this is ${engine}: choose another folder`,
  );
}

async function writeDurably(folder: string, name: string, text: string): Promise<void> {
  const written = join(folder, `${name}.tmp`);
  const file = await open(written, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(written, join(folder, name));
  await syncFolder(folder);
}
