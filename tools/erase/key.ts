type Key = readonly (string | number | bigint)[];

/** The primary key that a word of the command line stands for: a number, a text, or a JSON array of them. */
export function keyOf(text: string): Key {
  if (!text.startsWith("[")) return [numberOrText(text)];
  let values: unknown;
  try {
    values = JSON.parse(text);
  } catch {
    throw new RangeError(`the id ${text} is no JSON array: give one like '["acme", 7]'`);
  }
  const isKey = (value: unknown) => typeof value === "string" || Number.isSafeInteger(value);
  if (Array.isArray(values) && values.length > 0 && values.every(isKey)) return values;
  throw new RangeError(`the id ${text} has values that are no text and no whole number`);
}

/** Whole numbers as such: SQLite compares them with a text column as text. */
function numberOrText(text: string): string | number | bigint {
  if (!/^-?(0|[1-9]\d{0,18})$/.test(text)) return text;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
