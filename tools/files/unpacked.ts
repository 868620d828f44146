import { pipeline, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";

interface Packing {
  readonly name: string;
  /** What such a file begins with. */
  readonly magic: Buffer;
  readonly unpack: (() => Transform) | undefined;
  /** What unpacks it by hand, onto standard output. */
  readonly byHand: string;
}

const PACKINGS: readonly Packing[] = [
  packing("gzip", "1f8b", "gzip -dc", createGunzip),
  packing("zstd", "28b52ffd", "zstd -dc", createZstdDecompress),
  packing("zip", "504b0304", "unzip -p"),
  packing("bzip2", "425a68", "bzip2 -dc"),
  packing("xz", "fd377a585a00", "xz -dc"),
  packing("UTF-16", "fffe", "iconv -f UTF-16 -t UTF-8"),
  packing("UTF-16", "feff", "iconv -f UTF-16 -t UTF-8"),
];

function packing(name: string, magic: string, byHand: string, unpack?: () => Transform): Packing {
  return { name, magic: Buffer.from(magic, "hex"), byHand, unpack };
}

/**
 * The text of a file that may be packed, by what it begins with and not by its name. Throws, with the
 * remedy, at what cannot be unpacked here.
 */
export async function* unpacked(
  raw: AsyncIterable<Buffer>,
  path: string,
): AsyncGenerator<Buffer, void, undefined> {
  const chunks = raw[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done) return;
  const all = () => prepended(first.value, chunks);
  const beginsWith = (magic: Buffer) => first.value.subarray(0, magic.length).equals(magic);
  const found = PACKINGS.find(({ magic }) => beginsWith(magic));
  if (!found) return yield* all();
  const { name, unpack, byHand } = found;
  if (!unpack) throw new Error(`the file is ${name}: write it as text first (${byHand} ${path})`);
  try {
    // An error of either stream comes out where the chunks are read.
    yield* pipeline(all, unpack(), () => {});
  } catch (error) {
    const why = error instanceof Error ? error.message : error;
    throw new Error(`the file is packed by ${name}, and damaged or cut off: ${why}`);
  }
}

async function* prepended(
  first: Buffer,
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer, void, undefined> {
  try {
    yield first;
    for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
