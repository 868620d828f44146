import hpack from "hpack.js";

export type Headers = ReadonlyMap<string, string>;

const MAX_CACHED_BLOCKS = 1_000;

/**
 * Decodes header blocks that use no dynamic table. A server answers nearly all calls with the same few
 * blocks, so each is decoded once and then found by its bytes.
 */
export function createHeaderCache(): (block: Buffer) => Headers {
  const known = new Map<string, Headers>();
  return (block) => {
    const key = block.toString("latin1");
    const found = known.get(key);
    if (found) return found;
    const headers = decode(block);
    if (known.size < MAX_CACHED_BLOCKS) known.set(key, headers);
    return headers;
  };
}

function decode(block: Buffer): Headers {
  const decompressor = hpack.decompressor.create({ table: { maxSize: 0 } });
  decompressor.write(block);
  decompressor.execute();
  const headers = new Map<string, string>();
  for (let header = decompressor.read(); header; header = decompressor.read()) {
    headers.set(header.name, header.value);
  }
  return headers;
}
