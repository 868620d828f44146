import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type FolderLock, lockFolder } from "../../../services/platform/storage/folder-lock.ts";
import { Blocks, syncFolder } from "./blocks.ts";
import {
  backupName,
  decodeManifest,
  type EngineName,
  encodeManifest,
  ForeignBackupError,
  kept,
  type Manifest,
} from "./manifest.ts";
import { namesOf, readFileBack } from "./stored-file.ts";

const FACTS = "repository.json";
const FORMAT = "tidings-backups";

/** A folder of backups of one mesh, which share what they have in common. One process at a time. */
export class Repository {
  readonly id: string;
  readonly engine: EngineName;
  readonly blocks: Blocks;
  readonly #folder: string;
  readonly #lock: FolderLock;

  private constructor(folder: string, facts: { id: string; engine: EngineName }, lock: FolderLock) {
    this.#folder = folder;
    this.#lock = lock;
    this.id = facts.id;
    this.engine = facts.engine;
    this.blocks = new Blocks(join(folder, "blocks"));
  }

  /** Opens what is there, or makes it for `engine`. @throws ForeignBackupError, FolderInUseError */
  static async openOrMake(folder: string, engine: EngineName): Promise<Repository> {
    const names = await readdir(folder).catch(() => []);
    if (names.length > 0) return Repository.open(folder, engine);
    const lock = lockFolder(folder);
    const facts = { format: FORMAT, id: randomUUID(), engine };
    const made = new Repository(folder, facts, lock);
    await made.blocks.prepare();
    await mkdir(join(folder, "backups"), { mode: 0o700 });
    await writeDurably(folder, FACTS, `${JSON.stringify(facts)}\n`);
    return made;
  }

  /** @throws ForeignBackupError: it is no repository, or one of another set of engines */
  static async open(folder: string, engine?: EngineName): Promise<Repository> {
    const text = await readFile(join(folder, FACTS), "utf8").catch(() => "{}");
    const facts = JSON.parse(text) as { format?: string; id: string; engine: EngineName };
    if (facts.format !== FORMAT) {
      throw new ForeignBackupError(`${folder} has no backups of a mesh: no ${FACTS} of ours`);
    }
    if (engine !== undefined && facts.engine !== engine) {
      throw new ForeignBackupError(
        `${folder} has backups of TIDINGS_ENGINE=${facts.engine}, and this is ${engine}: choose another folder`,
      );
    }
    return new Repository(folder, facts, lockFolder(folder));
  }

  /** All backups, oldest first. @throws ForeignBackupError, DamagedBackupError */
  async list(): Promise<readonly Manifest[]> {
    const names = (await readdir(join(this.#folder, "backups"))).filter((name) =>
      name.endsWith(".json"),
    );
    return Promise.all(
      names.sort().map(async (name) => {
        const path = join(this.#folder, "backups", name);
        return decodeManifest(await readFile(path, "utf8"), path, this.id);
      }),
    );
  }

  /** The backup counts from now on: all that it needs is durable before its name is. */
  async add(manifest: Manifest): Promise<void> {
    await this.blocks.sync();
    const folder = join(this.#folder, "backups");
    await writeDurably(folder, `${backupName(manifest)}.json`, encodeManifest(manifest));
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
    await rm(path, { recursive: true, force: true });
    await mkdir(path, { mode: 0o700 });
    return path;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(join(this.#folder, "scratch"), { recursive: true, force: true });
    this.#lock.release();
  }
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
