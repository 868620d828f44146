import { close, fdatasync, open as openDescriptor, write } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, truncate, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { FileSystem, InputFile, OutputFile } from "./file-system.ts";

const openFile = promisify(openDescriptor);
const writeSome = promisify(write);
const syncData = promisify(fdatasync);
const closeFile = promisify(close);

/** The operating system's files. */
export const nodeFileSystem: FileSystem = {
  async makeFolder(path) {
    const first = await mkdir(path, { recursive: true });
    if (first === undefined) return;
    for (let made = path; made.length >= first.length; made = dirname(made)) {
      await syncPath(dirname(made), "r");
    }
  },
  list: (folder) => readdir(folder),
  async create(path) {
    return outputFile(await openFile(path, "w"));
  },
  async open(path) {
    const handle = await open(path, "r");
    return inputFile(handle, (await handle.stat()).size);
  },
  async truncate(path, bytes) {
    await truncate(path, bytes);
    await syncPath(path, "r+");
  },
  rename,
  remove: unlink,
  syncFolder: (path) => syncPath(path, "r"),
};

async function syncPath(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function outputFile(descriptor: number): OutputFile {
  let size = 0;
  return {
    async write(bytes) {
      let done = 0;
      while (done < bytes.length) {
        const { bytesWritten } = await writeSome(
          descriptor,
          bytes,
          done,
          bytes.length - done,
          size + done,
        );
        done += bytesWritten;
      }
      size += done;
    },
    sync: () => syncData(descriptor),
    close: () => closeFile(descriptor),
  };
}

function inputFile(handle: FileHandle, size: number): InputFile {
  return {
    size,
    async read(buffer, position) {
      let done = 0;
      while (done < buffer.length) {
        const { bytesRead } = await handle.read(
          buffer,
          done,
          buffer.length - done,
          position + done,
        );
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done;
    },
    close: () => handle.close(),
  };
}
