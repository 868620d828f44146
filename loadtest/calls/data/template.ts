import type { Json } from "../spec/call-scenario.ts";
import { type Filling, FUNCTIONS, TemplateError } from "./functions.ts";

/** Something that is filled for each call. */
export interface Template<T> {
  /** It is the same for every call. */
  readonly isConstant: boolean;
  fill(filling: Filling): T;
}

const BRACES = /\{\{(.*?)\}\}/gs;
const WORDS = /"([^"]*)"|'([^']*)'|(\S+)/g;

/**
 * A text with functions in double braces, what they give written as `written` says. Throws a TemplateError that names
 * those there are.
 */
export function textTemplate(
  text: string,
  written: (given: string) => string = (given) => given,
): Template<string> {
  const parts = partsOf(text);
  if (parts.every((part) => typeof part === "string")) return constant(text);
  return {
    isConstant: false,
    fill: (filling) =>
      parts
        .map((part) => (typeof part === "string" ? part : written(asText(part(filling)))))
        .join(""),
  };
}

/**
 * Where in a JSON value a function's number becomes a text, as a string field of a message wants: here and in
 * a list here, or in members by their names.
 */
export type TextsIn = "text" | ((member: string) => TextsIn | undefined);

/**
 * A JSON value, texts within it with functions. A text that is one function and nothing else becomes what
 * it gives: "{{random 1 9}}" a number, "{{row}}" an object; where `texts` says so, a number becomes its text.
 */
export function jsonTemplate(value: Json, texts?: TextsIn): Template<Json> {
  if (typeof value === "string") return leafTemplate(value, texts);
  if (value === null || typeof value !== "object") return constant(value);
  if (Array.isArray(value)) {
    const members = value.map((one: Json) => jsonTemplate(one, texts));
    if (members.every(({ isConstant }) => isConstant)) return constant(value);
    return { isConstant: false, fill: (filling) => members.map((one) => one.fill(filling)) };
  }
  const fields = Object.entries(value).map(
    ([name, one]) =>
      [
        textTemplate(name),
        jsonTemplate(one as Json, typeof texts === "function" ? texts(name) : undefined),
      ] as const,
  );
  if (fields.every(([name, one]) => name.isConstant && one.isConstant)) return constant(value);
  return {
    isConstant: false,
    fill: (filling) =>
      Object.fromEntries(fields.map(([name, one]) => [name.fill(filling), one.fill(filling)])),
  };
}

function leafTemplate(text: string, texts: TextsIn | undefined): Template<Json> {
  const [only, ...others] = partsOf(text).filter((part) => part !== "");
  if (typeof only !== "function" || others.length > 0) return textTemplate(text);
  if (texts !== "text") return { isConstant: false, fill: only };
  return { isConstant: false, fill: (filling) => withTexts(only(filling)) };
}

/** What is no plain value, or nothing, stays: whoever takes it says what is wrong. */
function withTexts(value: Json): Json {
  if (Array.isArray(value)) return value.map(withTexts);
  return value === null || typeof value === "object" ? value : String(value);
}

function constant<T>(value: T): Template<T> {
  return { isConstant: true, fill: () => value };
}

type Part = string | ((filling: Filling) => Json);

/** Texts and functions in turn. */
function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(BRACES)) {
    parts.push(text.slice(at, match.index), callOf(match[1]));
    at = match.index + match[0].length;
  }
  return [...parts, text.slice(at)];
}

function callOf(inner: string): (filling: Filling) => Json {
  const words = [...inner.matchAll(WORDS)].map(([, double, single, bare]) => {
    return double ?? single ?? bare;
  });
  const [first = "", ...given] = words;
  const isPath = first.startsWith("row.");
  const name = isPath ? "row" : first;
  const args = isPath ? [first.slice("row.".length), ...given] : given;
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!found) {
    const known = Object.values(FUNCTIONS).map(({ usage }) => usage);
    throw new TemplateError(`{{${inner}}} is no function: there are ${known.join(", ")}.`);
  }
  const [least, most] = found.takes;
  if (args.length < least || args.length > most) {
    throw new TemplateError(`{{${inner}}} is not of the form ${found.usage}.`);
  }
  return (filling) => found.of(filling, args);
}

function asText(value: Json): string {
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
