import { inParallel } from "../../../services/platform/concurrency/in-parallel.ts";
import { partsOf } from "../../../services/platform/concurrency/parts-of.ts";
import { BLOCK_BYTES, type Blocks, DamagedBackupError } from "./blocks.ts";

/** One file of a backup. `lists` name blocks that are made of the names of blocks with its content. */
export interface StoredFile {
  /** Below the data folder, or "cql/TABLE/RANGE". */
  readonly path: string;
  readonly bytes: number;
  readonly lists: readonly string[];
}

const NAME_BYTES = 32;
const NAMES_PER_LIST = BLOCK_BYTES / NAME_BYTES;
const BLOCKS_AT_ONCE = 16;

export interface Stored {
  readonly file: StoredFile;
  /** Bytes that the repository grew by. */
  readonly added: number;
}

/** Stores what comes, cut into blocks. The first block of a file begins at its first byte, whatever came before. */
export async function storeFile(
  blocks: Pick<Blocks, "put">,
  path: string,
  content: AsyncIterable<Uint8Array>,
): Promise<Stored> {
  const names: Buffer[] = [];
  let [bytes, added] = [0, 0];
  const put = async (block: Uint8Array) => {
    const stored = await blocks.put(block);
    added += stored.added;
    return Buffer.from(stored.name, "hex");
  };
  for await (const some of severalBlocks(content)) {
    names.push(...(await Promise.all(some.map(put))));
    for (const block of some) bytes += block.length;
  }
  const lists: string[] = [];
  for (let from = 0; from < names.length; from += NAMES_PER_LIST) {
    const list = await put(Buffer.concat(names.slice(from, from + NAMES_PER_LIST)));
    lists.push(list.toString("hex"));
  }
  return { file: { path, bytes, lists }, added };
}

/** The content, block by block. @throws DamagedBackupError */
export async function* readFileBack(
  blocks: Pick<Blocks, "get">,
  file: StoredFile,
): AsyncGenerator<Buffer> {
  let bytes = 0;
  for (const list of file.lists) {
    for (const some of partsOf(await namesIn(blocks, list), BLOCKS_AT_ONCE)) {
      for (const block of await inParallel(BLOCKS_AT_ONCE, some, (name) => blocks.get(name))) {
        bytes += block.length;
        yield block;
      }
    }
  }
  if (bytes === file.bytes) return;
  throw new DamagedBackupError(`${file.path} has ${bytes} bytes in place of ${file.bytes}`);
}

/** All blocks that a file needs. @throws DamagedBackupError */
export async function namesOf(blocks: Blocks, { lists }: StoredFile): Promise<readonly string[]> {
  const named = await inParallel(BLOCKS_AT_ONCE, lists, (list) => namesIn(blocks, list));
  return [...lists, ...named.flat()];
}

async function namesIn(blocks: Pick<Blocks, "get">, list: string): Promise<readonly string[]> {
  const content = await blocks.get(list);
  return Array.from({ length: content.length / NAME_BYTES }, (_, i) =>
    content.toString("hex", i * NAME_BYTES, (i + 1) * NAME_BYTES),
  );
}

/** Whole blocks, a few at a time; only the last may be shorter. */
async function* severalBlocks(
  content: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly Uint8Array[]> {
  let block = Buffer.alloc(BLOCK_BYTES);
  let filled = 0;
  let some: Uint8Array[] = [];
  for await (const chunk of content) {
    for (let from = 0; from < chunk.length; ) {
      const taken = Math.min(chunk.length - from, BLOCK_BYTES - filled);
      block.set(chunk.subarray(from, from + taken), filled);
      filled += taken;
      from += taken;
      if (filled < BLOCK_BYTES) continue;
      some.push(block);
      block = Buffer.alloc(BLOCK_BYTES);
      filled = 0;
      if (some.length < BLOCKS_AT_ONCE) continue;
      yield some;
      some = [];
    }
  }
  if (filled > 0) some.push(block.subarray(0, filled));
  if (some.length > 0) yield some;
}
