import type { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { isSilence } from "../mesh/explain-failure.ts";
import { tlsRemedy } from "../mesh/speaks-tls.ts";

const IS_IT_RUNNING = "is the mesh running, with the same TIDINGS_PORT_BASE? (npm start)";

/** A failed call to `address` for people: code and message, then what the details say, a line each. */
export async function failureText(error: DomainError, address: string): Promise<string> {
  const lines = [`${error.code}: ${error.message}`];
  const remedy = isSilence(error) ? await tlsRemedy([address]) : undefined;
  if (remedy !== undefined) lines.push(`  ${remedy}`);
  else if (error.code === "UNAVAILABLE" && error.reason === undefined) {
    lines.push(`  ${IS_IT_RUNNING}`);
  }
  if (error.reason !== undefined) lines.push(`  reason: ${error.reason}`);
  for (const [key, value] of Object.entries(error.metadata)) lines.push(`  ${key}: ${value}`);
  for (const { field, description } of error.violations) {
    const text = `${field}: ${description}`;
    if (text !== error.message) lines.push(`  field ${text}`);
  }
  if (error.retryAfterMs !== undefined) lines.push(`  retry after: ${error.retryAfterMs} ms`);
  return lines.join("\n");
}
