import type { Json } from "../spec/call-scenario.ts";

/** A text of JSON, with functions in it, or a function outside of all texts. */
const TEXT_OR_FUNCTION = /"(?:\{\{.*?\}\}|\\.|[^"\\])*"|\{\{.*?\}\}/gs;
const FUNCTION = /\{\{.*?\}\}/gs;
const BARE_QUOTE = /(?<!\\)"/g;

/**
 * JSON as people write it around functions: quotes within double braces are the function's own, as in
 * `"{{column "first name"}}"`, and a function may stand where a value does. Throws a SyntaxError for other
 * text that is no JSON.
 */
export function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const quoted = text.replace(TEXT_OR_FUNCTION, (part) =>
      part.startsWith('"')
        ? part.replace(FUNCTION, (one) => one.replace(BARE_QUOTE, '\\"'))
        : JSON.stringify(part),
    );
    if (quoted === text) throw error;
    return JSON.parse(quoted) as Json;
  }
}
