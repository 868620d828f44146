type Key = readonly (string | bigint)[];

/**
 * The primary keys that a word of the command line may stand for, the likeliest first: a JSON array says
 * which; a bare word may be a whole number or a text, as the column has it.
 */
export function keysOf(text: string): readonly Key[] {
  if (!text.startsWith("[")) return bareKeys(text);
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    throw new RangeError(`the id ${text} is no JSON array: give one like '["acme", 7]'`);
  }
  const isKey = (value: unknown) => typeof value === "string" || Number.isSafeInteger(value);
  if (Array.isArray(values) && values.length > 0 && values.every(isKey)) {
    return [values.map(exact)];
  }
  throw new RangeError(`the id ${text} has values that are no text and no whole number`);
}

/** SQLite makes a text of a whole number where the column holds texts; one of no type may hold either. */
function bareKeys(text: string): readonly Key[] {
  const isInteger =
    /^(0|-?[1-9]\d{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
  return isInteger ? [[BigInt(text)], [text]] : [[text]];
}

/** A number would be bound as a real, and be '1.0' in a column of texts. */
function exact(value: string | number): string | bigint {
  return typeof value === "number" ? BigInt(value) : value;
}
