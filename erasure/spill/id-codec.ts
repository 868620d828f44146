import type { Id } from "../ports.ts";

/** What the ids of one table are. */
export type IdKind = "number" | "bigint" | "string";

const MIN_BIGINT = -(2n ** 63n);
const MAX_BIGINT = 2n ** 63n - 1n;
/** What JSON, SQLite or UTF-8 would not give back as it was. */
const SPECIAL = /["\\\p{Cc}\p{Cs}]/u;

/** The kind of an id. Throws when no file could give it back as it is. */
export function kindOf(table: string, id: Id): IdKind {
  if (typeof id === "string") return "string";
  if (typeof id === "bigint" && id >= MIN_BIGINT && id <= MAX_BIGINT) return "bigint";
  if (typeof id === "number" && Number.isSafeInteger(id)) return "number";
  throw new TypeError(
    `${table} has an id ${String(id)} (${typeof id}): give a string, a safe integer, or a bigint of 64 bits`,
  );
}

/** A list of ids of one kind as a JSON array that SQLite reads back exactly. */
export function toJson(ids: readonly Id[], kind: IdKind): string {
  if (kind !== "string") return `[${ids.join(",")}]`;
  return JSON.stringify(ids.map((id) => escaped(String(id))));
}

/** The list that `toJson` wrote. */
export function fromJson(text: string, kind: IdKind): Id[] {
  if (kind === "number") return JSON.parse(text);
  if (kind === "string") return JSON.parse(text).map(unescaped);
  return text.length === 2 ? [] : text.slice(1, -1).split(",").map(BigInt);
}

/** Without quotes, control characters and lone surrogates; still one text for each text. */
function escaped(text: string): string {
  return SPECIAL.test(text) ? JSON.stringify(text).slice(1, -1) : text;
}

function unescaped(text: string): string {
  return text.includes("\\") ? JSON.parse(`"${text}"`) : text;
}

/** Remembers the kind of each table's ids. */
export class IdKinds {
  readonly #kinds = new Map<string, IdKind>();

  /** Throws when the table's ids are not all of one kind. */
  check(table: string, ids: readonly Id[]): IdKind {
    const known = this.#kinds.get(table) ?? kindOf(table, ids[0]);
    this.#kinds.set(table, known);
    for (const id of ids) {
      if (kindOf(table, id) === known) continue;
      throw new TypeError(`${table} has ids of two types, ${known} and ${typeof id}: give one`);
    }
    return known;
  }

  of(table: string): IdKind {
    return this.#kinds.get(table) ?? "string";
  }
}
