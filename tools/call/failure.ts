import { NEIGHBOURS } from "../../services/platform/config/ports.ts";
import { ANSWERED, type DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { explainFailure, isSilence } from "../mesh/explain-failure.ts";

/** A failed call to a service for people: code and message, then what the details say, a line each. */
export async function failureText(
  error: DomainError,
  service: string,
  address: string,
): Promise<string> {
  const lines = [`${error.code}: ${await messageOf(error, service, address)}`];
  if (error.reason !== undefined && error.reason !== ANSWERED)
    lines.push(`  reason: ${error.reason}`);
  for (const [key, value] of Object.entries(error.metadata)) lines.push(`  ${key}: ${value}`);
  for (const { field, description } of error.violations) {
    const text = `${field}: ${description}`;
    if (text !== error.message) lines.push(`  field ${text}`);
  }
  if (error.retryAfterMs !== undefined) lines.push(`  retry after: ${error.retryAfterMs} ms`);
  return lines.join("\n");
}

/** Of who is not there: not what gRPC says of connections. A deadline that was given is another matter. */
async function messageOf(error: DomainError, service: string, address: string): Promise<string> {
  if (error.code !== "UNAVAILABLE" || !isSilence(error)) return error.message;
  const isNeighbour = NEIGHBOURS.some((name) => name === service);
  return explainFailure(
    error,
    service,
    address,
    isNeighbour ? `npm start -- --with ${service}` : "npm start",
  );
}
