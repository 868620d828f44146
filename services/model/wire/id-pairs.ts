/**
 * Ids on hot paths: pairs of 32-bit halves in a Uint32Array, low first, id i at [2i] and [2i + 1].
 * In memory that is the same as packed fixed64 on the wire, so ids are copied as bytes and no object
 * is made for one (a bigint an id costs two to three times as much, a decimal number ten times).
 */

/** Bytes of one id, on the wire and in memory. */
export const ID_BYTES = 8;
const MAX_HIGH = 0x7fff_ffff;

/** A message that is not what its schema and limits allow; `field` names the culprit. */
export class WireError extends Error {
  readonly field: string;
  readonly problem: string;
  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`);
    this.name = "WireError";
    this.field = field;
    this.problem = problem;
  }
}

/** The bytes of pairs, as the wire wants them. A view, not a copy. */
export function bytesOfPairs(pairs: Uint32Array): Uint8Array {
  return new Uint8Array(pairs.buffer, pairs.byteOffset, pairs.byteLength);
}

/** Pairs from ids; for tests, tools and paths that are not hot. */
export function pairsOf(ids: readonly bigint[]): Uint32Array {
  const pairs = new Uint32Array(ids.length * 2);
  ids.forEach((id, i) => {
    pairs[2 * i] = Number(id & 0xffff_ffffn);
    pairs[2 * i + 1] = Number(id >> 32n);
  });
  return pairs;
}

/** Id `index` of the pairs. */
export function idAt(pairs: Uint32Array, index: number): bigint {
  return (BigInt(pairs[2 * index + 1]) << 32n) | BigInt(pairs[2 * index]);
}

/** The ids of pairs; for tests, tools and paths that are not hot. */
export function idsOf(pairs: Uint32Array): bigint[] {
  return Array.from({ length: pairs.length / 2 }, (_, i) => idAt(pairs, i));
}

/**
 * Aligned memory for all ids of one message. An id takes 8 bytes of the message in any encoding, so
 * the message's length is room enough: one allocation a message, one copy an id.
 */
export class IdArena {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #start = 0;
  #end = 0;

  constructor(messageBytes: number) {
    const size = messageBytes - (messageBytes % ID_BYTES);
    this.#bytes = new Uint8Array(new ArrayBuffer(size));
  }

  /** Adds ids to the list that `take` will give: a packed part of any length, or one id alone. */
  add(ids: Uint8Array): void {
    if (ids.length % ID_BYTES !== 0) {
      throw new RangeError(`${ids.length} bytes of ids; each takes ${ID_BYTES}`);
    }
    this.#bytes.set(ids, this.#end);
    this.#end += ids.length;
  }

  /** The list added since the last `take`. */
  take(): Uint32Array {
    const pairs = new Uint32Array(this.#bytes.buffer, this.#start, (this.#end - this.#start) / 4);
    this.#start = this.#end;
    return pairs;
  }
}

/** What is wrong when one of the pairs is no id; undefined when all are. */
export function problemOfPairs(pairs: Uint32Array): string | undefined {
  for (let i = 0; i < pairs.length; i += 2) {
    const high = pairs[i + 1];
    if (high > MAX_HIGH || (high === 0 && pairs[i] === 0)) {
      return `${idAt(pairs, i / 2)} at ${i / 2}; an id is 1 to 2^63-1`;
    }
  }
  return undefined;
}

// The wire is little-endian; so is every machine that Node runs on but one (IBM Z).
if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) {
  throw new Error("Tidings copies ids between wire and memory: it needs a little-endian machine.");
}
