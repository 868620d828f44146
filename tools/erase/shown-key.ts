import { groupByTable } from "../../erasure/by-table.ts";
import type { Item } from "../../erasure/ports.ts";
import type { SqliteStore } from "../../erasure/sql/sqlite-store.ts";

/** A row's key to read, as the command line takes it. */
export type Show = (item: Item) => string;

const LITERAL = /NULL|\+CAST\(X'([0-9A-F]*)' AS TEXT\)|X'([0-9A-F]*)'|'((?:[^']|'')*)'|[^,]+/g;
const BARE = /^[\p{L}\p{N}_][\p{L}\p{N}_.@:-]*$/u;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Asks for the keys of all `items` once. */
export async function shownKeys(
  store: Pick<SqliteStore, "keys">,
  items: Iterable<Item>,
): Promise<Show> {
  const shown = new Map<string, string>();
  for (const [table, ids] of Object.entries(groupByTable(items))) {
    const keys = await store.keys(table, ids);
    ids.forEach((id, i) => {
      shown.set(`${table} ${id}`, shownKey(keys[i]) ?? `rowid ${id}`);
    });
  }
  return ({ table, id }) => shown.get(`${table} ${id}`) ?? String(id);
}

/** Literals as a bare word or a JSON array. Undefined: no key can be given that has a NULL in it. */
function shownKey(literals: string): string | undefined {
  const values = [...literals.matchAll(LITERAL)];
  if (values.some(([all]) => all === "NULL")) return undefined;
  let parts: readonly string[];
  try {
    parts = values.map(partOf);
  } catch {
    return literals.replaceAll("+CAST(", "CAST("); // no UTF-8: nothing that can be written
  }
  if (parts.length > 1) return `[${parts}]`;
  const [[number, bytes, blob, quoted]] = values;
  if (blob !== undefined) return `x'${blob.toLowerCase()}'`;
  if (bytes === undefined && quoted === undefined)
    return /^-?\d+$/.test(number) ? number : `[${parts}]`;
  const text = JSON.parse(parts[0]) as string;
  return BARE.test(text) && !/^-?\d+$/.test(text) ? text : `[${parts}]`;
}

/** A value of a JSON array. */
function partOf([number, bytes, blob, quoted]: readonly (string | undefined)[]): string {
  if (bytes !== undefined) return jsonOf(utf8.decode(Buffer.from(bytes, "hex")));
  if (blob !== undefined) return `"x'${blob.toLowerCase()}'"`;
  if (quoted !== undefined) return jsonOf(quoted.replaceAll("''", "'"));
  const isRounded = Number.isInteger(Number(number)) && !Number.isSafeInteger(Number(number));
  return isRounded ? `"${number}"` : `${number}`;
}

/** Without characters that can't be seen. */
function jsonOf(text: string): string {
  const escaped = (character: string) =>
    Array.from({ length: character.length }, (_, i) => {
      return `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
    }).join("");
  return JSON.stringify(text).replace(/\p{C}/gu, escaped);
}
