import { hash } from "node:crypto";

/** What a column has: null once it was taken away. */
export interface StoredCell {
  readonly value: unknown;
  /** µs. */
  readonly written: bigint;
  /** Unix s. */
  readonly expires: number | undefined;
}

export type Values = Readonly<Record<string, unknown>>;

/** Of two cells of one time, as the store settles it: what removes wins, then what expires, then the larger. */
export function newer(a: StoredCell | undefined, b: StoredCell): StoredCell {
  if (!a || b.written !== a.written) return !a || b.written > a.written ? b : a;
  if (a.value === null || b.value === null) return b.value === null ? b : a;
  const [aExpires, bExpires] = [a, b].map((one) => one.expires ?? -1);
  if (aExpires !== bExpires) return bExpires > aExpires ? b : a;
  return compareValues(b.value, a.value) > 0 ? b : a;
}

export function compareValues(a: unknown, b: unknown): number {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  if (typeof a === "string" || typeof b === "string")
    return String(a) < String(b) ? -1 : +(a !== b);
  const [x, y] = [a, b].map((value) => BigInt(value as bigint | number | boolean));
  return x < y ? -1 : +(x > y);
}

export interface StoredRow {
  /** Of the clustering key. */
  readonly key: Values;
  /** Set by an INSERT: the row is there without any cell. */
  marker: StoredCell | undefined;
  readonly cells: Map<string, StoredCell>;
}

interface Deletion {
  readonly isOf: (key: Values) => boolean;
  readonly written: bigint;
}

export class Partition {
  readonly key: Values;
  /** Any function of the key does. */
  readonly token: bigint;
  readonly statics = new Map<string, StoredCell>();
  readonly rows = new Map<string, StoredRow>();
  readonly #deletions: Deletion[] = [];

  constructor(key: Values) {
    this.key = key;
    this.token = hash("sha1", nameOf(key), "buffer").readBigInt64BE(0);
  }

  copy(): Partition {
    const copy = new Partition(this.key);
    for (const [name, cell] of this.statics) copy.statics.set(name, cell);
    for (const [name, { key, marker, cells }] of this.rows) {
      copy.rows.set(name, { key, marker, cells: new Map(cells) });
    }
    copy.#deletions.push(...this.#deletions);
    return copy;
  }

  rowOf(key: Values): StoredRow {
    return this.rows.getOrInsertComputed(nameOf(key), () => {
      return { key, marker: undefined, cells: new Map() };
    });
  }

  delete(isOf: Deletion["isOf"], written: bigint): void {
    this.#deletions.push({ isOf, written });
  }

  /** The cells that are there; undefined: the row is not. */
  seen({ key, marker, cells }: StoredRow): ReadonlyMap<string, StoredCell> | undefined {
    const isLeft = ({ written }: StoredCell) =>
      !this.#deletions.some((one) => one.isOf(key) && one.written >= written);
    const seen = [...cells].filter(([, cell]) => cell.value !== null && isLeft(cell));
    const isThere = seen.length > 0 || (marker !== undefined && isLeft(marker));
    return isThere ? new Map(seen) : undefined;
  }
}

export function nameOf(key: Values): string {
  return Object.values(key)
    .map((value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value),
    )
    .join("\n");
}
