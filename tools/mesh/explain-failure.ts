import { CONNECTION_LOST, DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { tlsRemedy } from "./speaks-tls.ts";

/** grpc-js tells it by its message alone. */
const NO_SUCH_NAME = "Name resolution failed";
const SILENT: readonly string[] = ["UNAVAILABLE", "DEADLINE_EXCEEDED"];

/** Whether nobody answered: not the service, which gives reasons of its own. */
export function isSilence({ code, reason }: DomainError): boolean {
  return SILENT.includes(code) && (reason === undefined || reason === CONNECTION_LOST);
}

/**
 * A failed call in words for whoever runs a tool: a service that does not answer is named with its
 * address and the remedy (`start`, or TIDINGS_TLS=1), not with what gRPC says of connections. `addresses` are
 * separated by commas.
 */
export async function explainFailure(
  error: unknown,
  service: string,
  addresses: string,
  start = "npm start",
): Promise<string> {
  if (!(error instanceof DomainError)) return error instanceof Error ? error.message : `${error}`;
  if (!isSilence(error)) return error.message;
  const remedy = await tlsRemedy(addresses.split(/,\s*/));
  if (remedy !== undefined) return `the ${service} service does not answer: ${remedy}`;
  if (error.reason !== undefined) return error.message;
  const silence = `the ${service} service does not answer at ${addresses}`;
  if (error.message.startsWith(NO_SUCH_NAME)) return `${silence}: there is no machine of that name`;
  return `${silence}: is the mesh running (${start}), and does TIDINGS_PORT_BASE say where?`;
}
