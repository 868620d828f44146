import type { TSchema } from "@sinclair/typebox";
import { TypeCompiler } from "@sinclair/typebox/compiler";
import type { ValueError } from "@sinclair/typebox/errors";
import type { FastifySchemaCompiler } from "fastify";
import { DomainError, type FieldViolation } from "../../../platform/grpc/errors/errors.ts";
import { coerceQuery } from "./coerce-query.ts";
import { describeViolation } from "./violations.ts";

/** Violations named in one answer at most. */
const MAX_VIOLATIONS = 10;

/**
 * Checks input against the schemas that the documentation is made from. Only query strings are
 * coerced: in a body, an id sent as a JSON number would already have been rounded.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const compiled = TypeCompiler.Compile(schema);
  const coerce = httpPart === "querystring" ? coerceQuery(schema) : undefined;
  return (input: unknown) => {
    const value = coerce === undefined ? input : coerce(input as Record<string, unknown>);
    return compiled.Check(value) ? { value } : { error: invalid(compiled.Errors(value)) };
  };
};

function invalid(errors: Iterable<ValueError>): DomainError {
  const violations = new Map<string, FieldViolation>();
  for (const error of errors) {
    const violation = describeViolation(error);
    // The first error of a field is the one to mend first: what is missing is also no string.
    if (!violations.has(violation.field)) violations.set(violation.field, violation);
    if (violations.size === MAX_VIOLATIONS) break;
  }
  const all = [...violations.values()];
  const message = all.map(({ field, description }) => `${field}: ${description}`).join(". ");
  return new DomainError("INVALID_ARGUMENT", message, { violations: all });
}
