type Value = string | number | bigint | Uint8Array;
type Key = readonly Value[];

const BLOB = /^x'((?:[0-9a-f]{2})*)'$/i;

/**
 * The primary keys that a word of the command line may stand for, the likeliest first: a JSON array says
 * which; a bare word may be a whole number or a text, as the column has it. Either may hold x'00ff', which is
 * a blob or, when there is none, a text.
 */
export function keysOf(text: string): readonly Key[] {
  const keys = text.startsWith("[") ? [arrayKey(text)] : bareKeys(text);
  const withBlobs = keys.map((key) => key.map(blobOr));
  return keys.some((key) => key.some(isBlob)) ? [...withBlobs, ...keys] : keys;
}

function arrayKey(text: string): Key {
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    throw new RangeError(`the id ${text} is no JSON array: give one like '["acme", 7]'`);
  }
  if (Array.isArray(values) && values.length > 0)
    return values.map((value) => fromJson(value, text));
  throw new RangeError(`the id ${text} has no values: give one like '["acme", 7]'`);
}

/** SQLite makes a text of a whole number where the column holds texts; one of no type may hold either. */
function bareKeys(text: string): readonly Key[] {
  const isInteger =
    /^(0|-?[1-9]\d{0,18})$/.test(text) && BigInt.asIntN(64, BigInt(text)) === BigInt(text);
  return isInteger ? [[BigInt(text)], [text]] : [[text]];
}

/** A whole number would be bound as a real, and be '1.0' in a column of texts. */
function fromJson(value: unknown, text: string): Value {
  if (typeof value === "string") return value;
  if (typeof value !== "number") {
    throw new RangeError(`the id ${text} has a value that is no text and no number`);
  }
  if (Number.isSafeInteger(value)) return BigInt(value);
  if (Number.isInteger(value)) {
    throw new RangeError(`the id ${text} has a number that JSON rounds: give it as a text`);
  }
  return value;
}

function isBlob(value: Value): value is string {
  return typeof value === "string" && BLOB.test(value);
}

function blobOr(value: Value): Value {
  return isBlob(value) ? Buffer.from(value.slice(2, -1), "hex") : value;
}
