import type { TSchema } from "@sinclair/typebox";

type Query = Record<string, unknown>;

/**
 * Gives query parameters their types: whole numbers to numbers, a list named once to a list of one.
 * What does not fit is left as it is, for the check to name.
 */
export function coerceQuery(schema: TSchema): (query: Query) => Query {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, TSchema>);
  const integers = properties.filter(([, { type }]) => type === "integer").map(([name]) => name);
  const lists = properties.filter(([, { type }]) => type === "array").map(([name]) => name);
  return (query) => {
    for (const name of integers) query[name] = toInteger(query[name]);
    for (const name of lists) query[name] = toList(query[name]);
    return query;
  };
}

function toInteger(value: unknown): unknown {
  return typeof value === "string" && /^-?[0-9]{1,15}$/.test(value) ? Number(value) : value;
}

function toList(value: unknown): unknown {
  return typeof value === "string" ? [value] : value;
}
