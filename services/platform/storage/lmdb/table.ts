import type { Database } from "lmdb";
import { type Damage, DamagedValueError, unsealed } from "./checksums.ts";

/** Which keys a range covers: from <= key < before, in either direction. */
export interface KeyRange {
  readonly from?: Buffer;
  readonly before?: Buffer;
  /** Highest key first. */
  readonly reverse?: boolean;
  readonly limit?: number;
}

/**
 * One named, sorted map of byte keys to byte values. Reads see what is durable, never a pending group.
 * A value that is damaged is told to the environment's `onDamage`, and given to nobody.
 */
export interface Table {
  readonly name: string;
  /** @throws DamagedValueError */
  get(key: Buffer): Buffer | undefined;
  /** As `get`, also in what it throws, without a copy: valid until the next read of the environment. For hot paths. */
  peek(key: Buffer): Buffer | undefined;
  has(key: Buffer): boolean;
  /** The keys, read lazily from one snapshot. Finish the loop within the same turn. */
  keys(range: KeyRange): Iterable<Buffer>;
  /** Damaged ones are passed over. */
  entries(range: KeyRange): Iterable<{ readonly key: Buffer; readonly value: Buffer }>;
  /** How many keys there are; reads no values. */
  count(): number;
}

const LOWEST_KEY = Buffer.from([0]);

/** The database as a table. */
export function tableOf(
  name: string,
  db: Database<Buffer, Buffer>,
  onDamage: (damage: Damage) => void,
): Table {
  const peek = (key: Buffer): Buffer | undefined => {
    const stored = db.getBinaryFast(key);
    if (!stored) return undefined;
    const value = unsealed(key, stored);
    if (value) return value;
    onDamage({ table: name, key });
    throw new DamagedValueError({ table: name, key });
  };
  function* entries(range: KeyRange) {
    for (const { key, value: stored } of db.getRange(rangeOptions(range))) {
      const value = unsealed(key, stored);
      if (value) yield { key, value };
      else onDamage({ table: name, key });
    }
  }
  return {
    name,
    get: (key) => copyOf(peek(key)),
    peek,
    has: (key) => db.doesExist(key),
    keys: (range) => db.getKeys(rangeOptions(range)),
    entries,
    count: () => (db.getStats() as { entryCount: number }).entryCount,
  };
}

/** Into Node's pool: half the cost of lmdb-js's own copy, which makes an ArrayBuffer for each. */
function copyOf(shared: Buffer | undefined): Buffer | undefined {
  if (!shared) return undefined;
  const copy = Buffer.allocUnsafe(shared.length);
  shared.copy(copy, 0, 0, shared.length);
  return copy;
}

/** lmdb-js takes the side where a range starts first, and leaves out its end. */
function rangeOptions({ from, before, reverse, limit }: KeyRange) {
  const bound = limit === undefined ? {} : { limit };
  if (!reverse) {
    return { start: from ?? LOWEST_KEY, ...(before && { end: before }), ...bound };
  }
  return {
    reverse: true,
    ...(before && { start: before, exclusiveStart: true }),
    end: from ?? LOWEST_KEY,
    inclusiveEnd: true,
    ...bound,
  };
}
