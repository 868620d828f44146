import { type DomainError, invalidArgument } from "../../../platform/grpc/errors/errors.ts";
import type { App } from "../types.ts";

/** An escape of a surrogate: only with one of these can JSON hold half of a character. */
const SURROGATE_ESCAPE = /\\u[dD][89a-fA-F]/;
/** Deeper nesting than any schema here. */
const MAX_DEPTH = 8;

/**
 * Parses JSON bodies from their bytes. Ill-formed UTF-8, and lone surrogates written as escapes, are
 * errors: replaced by U+FFFD they would be stored as something nobody wrote.
 */
export function parseJsonBodies(app: App): void {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, bytes, done) => {
    // Clients name a type also where they send nothing; a route that needs a body says so.
    if (bytes.length === 0) {
      done(null);
      return;
    }
    const text = decode(decoder, bytes as Buffer);
    if (text === undefined) {
      done(invalidArgument("body", "is not well-formed UTF-8", "send the text as UTF-8"));
      return;
    }
    parseJson(request, text, (error, value) => {
      if (error !== null) done(forbiddenName(text) ?? notJson(error));
      else done(SURROGATE_ESCAPE.test(text) ? loneSurrogate(value, "body", 0) : null, value);
    });
  });
}

function notJson({ message }: Error): DomainError {
  return invalidArgument("body", `is not JSON: ${message}`);
}

/** Of a body that is JSON and was refused all the same: copied, one of its names would reach beyond its object. */
function forbiddenName(text: string): DomainError | undefined {
  let name = "constructor.prototype";
  try {
    JSON.parse(text, (key, value) => {
      if (key === "__proto__") name = key;
      return value;
    });
  } catch {
    return undefined;
  }
  return invalidArgument(name, "is a name that no field here has", "leave it out");
}

function decode(decoder: TextDecoder, bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The error that names the first field with half of a surrogate pair; null when there is none. */
function loneSurrogate(value: unknown, field: string, depth: number): DomainError | null {
  if (typeof value === "string") {
    return value.isWellFormed()
      ? null
      : invalidArgument(field, "holds half of a surrogate pair", "send whole characters");
  }
  if (typeof value !== "object" || value === null) return null;
  if (depth > MAX_DEPTH) {
    return invalidArgument(field, `is nested deeper than ${MAX_DEPTH} levels`, "send it flatter");
  }
  for (const [key, item] of Object.entries(value)) {
    if (!key.isWellFormed())
      return invalidArgument(field, "has a name that holds half of a surrogate pair");
    const error = loneSurrogate(item, depth === 0 ? key : `${field}.${key}`, depth + 1);
    if (error !== null) return error;
  }
  return null;
}
