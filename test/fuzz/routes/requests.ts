import fc from "fast-check";
import type { JsonSchema, Operation } from "./operations.ts";

export interface FuzzedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const IDS = ["1", "2", "7", "0", "-1", "01", "9223372036854775807", "9223372036854775808", "1e3"];
const TEXTS = [
  "",
  " ",
  "ü",
  "\u0000",
  "\u202e",
  "👩‍👩‍👧",
  "../..",
  "%2e%2e",
  "' OR 1=1 --",
  "{}",
  "null",
];
const TIMES = ["2026-11-29T12:00:00Z", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z", "now"];
/** Beyond every limit of a text or a token. */
const LONG_CHARACTERS = [1_024, 1_025, 8_193];
const SHORT_CHARACTERS = 80;
/** Of each one, for every schema: made once, as it is a table of all characters that there are. */
const CHARACTER = fc.string({ unit: "binary", minLength: 1, maxLength: 1 });

/** Requests to one route: mostly as its schema wants them, with the values that break things. */
export function requestsTo(operation: Operation): fc.Arbitrary<FuzzedRequest> {
  const { method, path, parameters, body } = operation;
  const values = fc.tuple(
    ...parameters.map(({ required, schema }) => {
      const value = anyOf(schema).map(textOf);
      return required ? value : fc.option(value, { nil: undefined, freq: 2 });
    }),
  );
  const unknown = fc.option(fc.constantFrom("unknown=1", "limit=1&limit=2", "%ff=%00"), {
    freq: 8,
  });
  return fc.tuple(values, unknown, bodyOf(body)).map(([given, extra, sent]) => {
    const of = (place: string) =>
      parameters.flatMap(({ name, in: where }, index) => {
        const value = given[index];
        return where === place && value !== undefined ? [[name, value] as const] : [];
      });
    const query = of("query").map(([name, value]) => `${name}=${encoded(value)}`);
    const search = [...query, ...(extra === null ? [] : [extra])].join("&");
    const filled = of("path").reduce(
      (text, [name, value]) => text.replace(`{${name}}`, encoded(value)),
      path,
    );
    return {
      method,
      url: search === "" ? filled : `${filled}?${search}`,
      headers: Object.fromEntries([
        ...of("header").map(([name, value]) => [name, encoded(value)]),
        ...(sent === undefined ? [] : [["content-type", sent.type]]),
      ]),
      body: sent?.text,
    };
  });
}

interface SentBody {
  readonly type: string;
  readonly text: string;
}

function bodyOf(schema: JsonSchema | undefined): fc.Arbitrary<SentBody | undefined> {
  if (schema === undefined) return fc.constant(undefined);
  const type = fc.oneof(
    { weight: 20, arbitrary: fc.constant("application/json") },
    { weight: 1, arbitrary: fc.constantFrom("text/plain", "application/json; charset=utf-16") },
  );
  const json = anyOf(schema).map((value) => JSON.stringify(value) ?? "");
  const cut = fc.tuple(json, fc.nat(40)).map(([text, length]) => text.slice(0, length));
  const text = fc.oneof({ weight: 8, arbitrary: json }, { weight: 1, arbitrary: cut });
  return fc.record({ type, text });
}

/** Mostly of the schema; at times whatever JSON there is. */
function anyOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 9, arbitrary: valueBy(schema) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );
}

function valueBy(schema: JsonSchema): fc.Arbitrary<unknown> {
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(valueBy));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum, "neither");
  switch (schema.type) {
    case "integer":
    case "number":
      return numberOf(schema);
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(anyOf(schema.items ?? {}), { maxLength: (schema.maxItems ?? 20) + 1 });
    case "object":
      return objectOf(schema);
    case "string":
      return stringOf(schema);
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}

function numberOf({ minimum = 0, maximum = 1_000 }: JsonSchema): fc.Arbitrary<unknown> {
  const edges = [
    minimum,
    minimum - 1,
    maximum,
    maximum + 1,
    0.5,
    -0,
    1e308,
    Number.MAX_SAFE_INTEGER,
  ];
  return fc.oneof(fc.constantFrom(...edges), fc.integer({ min: Math.ceil(minimum), max: maximum }));
}

function stringOf({ format, pattern, maxLength }: JsonSchema): fc.Arbitrary<unknown> {
  if (format === "date-time") return fc.oneof(fc.constantFrom(...TIMES), fc.date().map(String));
  const odd = fc.constantFrom(...TEXTS, ...LONG_CHARACTERS.map((length) => "ß".repeat(length)));
  if (pattern?.includes("[0-9]") || pattern?.includes("\\d")) {
    return fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...IDS) },
      { weight: 1, arbitrary: odd },
    );
  }
  const length = Math.min(maxLength ?? SHORT_CHARACTERS, SHORT_CHARACTERS);
  return fc.oneof(fc.string({ unit: CHARACTER, maxLength: length }), odd);
}

function objectOf({ properties = {} }: JsonSchema): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, schema]) => [name, anyOf(schema)] as const);
  const extra = fc.option(fc.jsonValue({ maxDepth: 1 }), { nil: undefined, freq: 10 });
  return fc.record({ ...Object.fromEntries(fields), unknown: extra }, { requiredKeys: [] });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** A lone half of a character can't be sent at all. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
