import { Kind, type TObject, type TSchema } from "@sinclair/typebox";
import { type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { Value } from "@sinclair/typebox/value";
import { excerpt } from "../../../services/model/texts/excerpt.ts";
import { FAULTS, LOADS, PACES, SCENARIO, SLICES, SURGES } from "./schema.ts";

/** What a value that should be a scenario is not: a sentence for each field. */
export function formProblems(value: unknown): readonly string[] {
  if (!isRecord(value)) return ["A scenario is an object: { name, about, ... }."];
  const common = problemsOf(SCENARIO, value, "");
  const forms = [
    ...variantProblems(SLICES, "kind", value.slice, "slice"),
    ...variantProblems(PACES, "shape", value.pace, "pace"),
    ...variantProblems(LOADS, "kind", value.load, "load"),
    ...listed(value.surges).flatMap((one, i) =>
      variantProblems(SURGES, "kind", one, `surges[${i}]`),
    ),
    ...listed(value.faults).flatMap((one, i) =>
      variantProblems(FAULTS, "kind", one, `faults[${i}]`),
    ),
  ];
  return [...common, ...forms];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listed(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Which form it is says one field: problems are told of that form alone. */
export function variantProblems(
  forms: Readonly<Record<string, TObject>>,
  tag: string,
  value: unknown,
  where: string,
): readonly string[] {
  const known = Object.keys(forms);
  if (!isRecord(value)) return [`${where}: ${shown(value)} is not an object with "${tag}".`];
  const form = forms[String(value[tag])];
  if (form && Object.hasOwn(forms, String(value[tag]))) return problemsOf(form, value, where);
  return [`${where}.${tag}: ${shown(value[tag])} is not known: it is one of ${known.join(", ")}.`];
}

/** A sentence for each field that is not of the schema's form. */
export function problemsOf(schema: TObject, value: unknown, where: string): readonly string[] {
  // The first about a field says it; what follows from it is left out.
  const byPath = new Map<string, string>();
  for (const error of Value.Errors(schema, value)) {
    if (!byPath.has(error.path)) byPath.set(error.path, problemOf(error, where));
  }
  return [...byPath.values()];
}

function problemOf({ type, schema, path, value }: ValueError, where: string): string {
  const field = fieldOf(path, where);
  if (type === ValueErrorType.ObjectAdditionalProperties) {
    return `${field} is not known here: known are ${Object.keys(schema.properties).join(", ")}.`;
  }
  if (type === ValueErrorType.ObjectRequiredProperty) {
    return `${field} is missing: it is ${expected(schema)}.`;
  }
  return `${field}: ${shown(value)} is not ${expected(schema)}.`;
}

/** "/calls/0/weight" in "load" as load.calls[0].weight. */
function fieldOf(path: string, where: string): string {
  const parts = path.split("/").slice(1);
  return parts.reduce((field, part) => {
    if (/^\d+$/.test(part)) return `${field}[${part}]`;
    return field === "" ? part : `${field}.${part}`;
  }, where);
}

function expected(schema: TSchema): string {
  const { minimum, maximum, minLength, maxLength, minItems, maxItems, examples } = schema;
  switch (schema[Kind]) {
    case "Integer":
      return `a whole number from ${minimum} to ${maximum}`;
    case "Number":
      return `a number from ${minimum} to ${maximum}`;
    case "String":
      if (examples) return `a text such as ${examples[0]}`;
      return maxLength ? `a text of ${minLength ?? 0} to ${maxLength} characters` : "a text";
    case "Array":
      return `a list of ${minItems ?? 0} to ${maxItems}`;
    case "Union":
      return schema.anyOf.map((one: TSchema) => `"${one.const}"`).join(" or ");
    default:
      return "an object";
  }
}

function shown(value: unknown): string {
  return excerpt(JSON.stringify(value) ?? String(value));
}
