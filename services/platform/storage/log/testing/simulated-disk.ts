import { basename, dirname } from "node:path";
import type { FileSystem, InputFile, OutputFile } from "../file-system.ts";

interface SimulatedFile {
  bytes: Buffer;
  durable: Buffer;
}

type Names = Map<string, SimulatedFile | SimulatedFolder>;

interface SimulatedFolder {
  names: Names;
  durable: Names;
}

/** What a file system call throws from the crash on. */
export class CrashError extends Error {}

/**
 * A disk in memory that knows what is durable. It can die at any operation, hold back its syncs, and
 * say what would be found after a power failure: of what was not synced, each name as it was or as it
 * should be, and any part of the bytes.
 */
export class SimulatedDisk implements FileSystem {
  /** Operations that changed something, or tried to. */
  operations = 0;
  /** The operation that fails, and with it all that follow. */
  diesAt = Number.POSITIVE_INFINITY;
  /** Writes fail for want of room, with half of their bytes in the file. */
  isFull = false;
  /** Names for which there is no room. */
  failsCreating: RegExp | undefined;
  #root = emptyFolder();
  #held: Promise<void> | undefined;

  /** Syncs wait until the returned function is called. */
  holdSyncs(): () => void {
    const held = Promise.withResolvers<void>();
    this.#held = held.promise;
    return () => {
      this.#held = undefined;
      held.resolve();
    };
  }

  /** A new disk with what a machine would find after a power failure now. `random` gives [0, 1). */
  afterPowerFailure(random: () => number): SimulatedDisk {
    const disk = new SimulatedDisk();
    disk.#root = survivingFolder(this.#root, random);
    return disk;
  }

  /** The bytes of a file, to be damaged by a test. */
  bytesOf(path: string): Buffer {
    return this.#file(path).bytes;
  }

  /** Replaces a file's bytes, durably. */
  setBytes(path: string, bytes: Buffer): void {
    const file = this.#file(path);
    file.bytes = Buffer.from(bytes);
    file.durable = Buffer.from(bytes);
  }

  async makeFolder(path: string): Promise<void> {
    await this.#step();
    let folder = this.#root;
    for (const name of path.split("/").filter(Boolean)) {
      if (!folder.names.has(name)) {
        const made = emptyFolder();
        folder.names.set(name, made);
        folder.durable.set(name, made);
      }
      folder = folder.names.get(name) as SimulatedFolder;
    }
  }

  async list(folder: string): Promise<readonly string[]> {
    return [...this.#folder(folder).names.keys()];
  }

  async create(path: string): Promise<OutputFile> {
    await this.#step();
    if (this.failsCreating?.test(path)) throw noRoom();
    const file: SimulatedFile = { bytes: Buffer.alloc(0), durable: Buffer.alloc(0) };
    this.#folder(dirname(path)).names.set(basename(path), file);
    let size = 0;
    return {
      write: async (bytes) => {
        const written = Buffer.from(bytes.subarray(0, bytes.length >> (this.isFull ? 1 : 0)));
        await this.#step();
        file.bytes = Buffer.concat([file.bytes.subarray(0, size), written]);
        if (written.length < bytes.length) throw noRoom();
        size += written.length;
      },
      sync: async () => {
        await this.#held;
        await this.#step();
        file.durable = file.bytes;
      },
      close: async () => {},
    };
  }

  async open(path: string): Promise<InputFile> {
    const { bytes } = this.#file(path);
    return {
      size: bytes.length,
      read: async (buffer, position) => bytes.copy(buffer, 0, position),
      close: async () => {},
    };
  }

  async truncate(path: string, length: number): Promise<void> {
    await this.#step();
    const file = this.#file(path);
    file.bytes = Buffer.from(file.bytes.subarray(0, length));
    file.durable = file.bytes;
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#step();
    if (dirname(from) !== dirname(to)) throw new Error("renames only within a folder");
    const { names } = this.#folder(dirname(from));
    names.set(basename(to), this.#node(from));
    names.delete(basename(from));
  }

  async remove(path: string): Promise<void> {
    await this.#step();
    this.#file(path);
    this.#folder(dirname(path)).names.delete(basename(path));
  }

  async syncFolder(path: string): Promise<void> {
    await this.#step();
    const folder = this.#folder(path);
    folder.durable = new Map(folder.names);
  }

  async #step(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (++this.operations >= this.diesAt) throw new CrashError(`the disk died at ${this.diesAt}`);
  }

  #folder(path: string): SimulatedFolder {
    const node = this.#node(path);
    if (!("names" in node)) throw new Error(`${path} is no folder`);
    return node;
  }

  #file(path: string): SimulatedFile {
    const node = this.#node(path);
    if ("names" in node) throw new Error(`${path} is a folder`);
    return node;
  }

  #node(path: string): SimulatedFile | SimulatedFolder {
    let node: SimulatedFile | SimulatedFolder | undefined = this.#root;
    for (const name of path.split("/").filter(Boolean)) {
      node = node !== undefined && "names" in node ? node.names.get(name) : undefined;
    }
    if (node === undefined) throw new Error(`no ${path}`);
    return node;
  }
}

function noRoom(): Error {
  return Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
}

function emptyFolder(): SimulatedFolder {
  return { names: new Map(), durable: new Map() };
}

function survivingFolder(folder: SimulatedFolder, random: () => number): SimulatedFolder {
  const surviving: Names = new Map();
  for (const name of new Set([...folder.names.keys(), ...folder.durable.keys()])) {
    const node = (random() < 0.5 ? folder.names : folder.durable).get(name);
    if (node === undefined) continue;
    const isFolder = "names" in node;
    surviving.set(name, isFolder ? survivingFolder(node, random) : survivingFile(node, random));
  }
  return { names: surviving, durable: new Map(surviving) };
}

/** Of the bytes that were not synced some first part is there, and pieces of it may be zeros. */
function survivingFile(file: SimulatedFile, random: () => number): SimulatedFile {
  const safe = file.durable.length;
  const length = safe + Math.floor(random() * (file.bytes.length - safe + 1));
  const bytes = Buffer.from(file.bytes.subarray(0, length));
  const lost = random() < 0.5 ? 0.3 : 0;
  for (let at = safe; at < length; at += 16) {
    if (random() < lost) bytes.fill(0, at, Math.min(at + 16, length));
  }
  return { bytes, durable: bytes };
}
