import type { TSchema } from "@sinclair/typebox";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import type { FieldViolation } from "../../../platform/grpc/errors/errors.ts";

import { ALLOWED } from "../../schemas/ids.ts";

/** What to say of one kind of violation: the limit, and so the remedy. */
const DESCRIPTIONS: Readonly<Record<number, (schema: TSchema) => string>> = {
  [ValueErrorType.ObjectRequiredProperty]: () => "is missing; send it",
  [ValueErrorType.ObjectAdditionalProperties]: () => "is not known here; leave it out",
  [ValueErrorType.Object]: () => "must be a JSON object",
  [ValueErrorType.Array]: () => "must be a list",
  [ValueErrorType.String]: () => "must be a string",
  [ValueErrorType.Boolean]: () => "must be true or false",
  [ValueErrorType.Literal]: (schema) => `must be ${schema.const}, or left out`,
  [ValueErrorType.Integer]: (schema) => `must be a whole number${rangeOf(schema)}`,
  [ValueErrorType.Number]: (schema) => `must be a number${rangeOf(schema)}`,
  [ValueErrorType.IntegerMinimum]: (schema) => `must be${rangeOf(schema)}`,
  [ValueErrorType.IntegerMaximum]: (schema) => `must be${rangeOf(schema)}`,
  [ValueErrorType.NumberMinimum]: (schema) => `must be${rangeOf(schema)}`,
  [ValueErrorType.NumberMaximum]: (schema) => `must be${rangeOf(schema)}`,
  [ValueErrorType.ArrayMinItems]: ({ minItems }) => `must have ${minItems} items or more`,
  [ValueErrorType.ArrayMaxItems]: ({ maxItems }) => `has too many items, at most ${maxItems}`,
};

/** The violation in words. A string's schema says what is allowed. */
export function describeViolation({ path, schema, type, value }: ValueError): FieldViolation {
  const describe = DESCRIPTIONS[type];
  const description = describe?.(schema) ?? `must be ${schema[ALLOWED] ?? "different"}`;
  const size = type === ValueErrorType.StringMaxLength ? sizeOf(value) : "";
  return { field: fieldOf(path), description: description + size };
}

/** Whoever sends too much is told how much it was. */
function sizeOf(value: unknown): string {
  if (typeof value !== "string") return "";
  return ` and is ${Buffer.byteLength(value).toLocaleString("en")} bytes`;
}

function rangeOf({ minimum, maximum }: TSchema): string {
  return minimum === undefined ? "" : ` from ${minimum} to ${maximum}`;
}

/** "/post_ids/3" becomes "post_ids[3]", "/place/name" becomes "place.name", "" becomes "body". */
function fieldOf(pointer: string): string {
  if (pointer === "") return "body";
  return pointer
    .slice(1)
    .replaceAll(/\/(\d+)/g, "[$1]")
    .replaceAll("/", ".");
}
