import { DomainError } from "../../services/platform/grpc/errors/errors.ts";

const SILENT: readonly string[] = ["UNAVAILABLE", "DEADLINE_EXCEEDED"];

/**
 * A failed call in words for whoever runs a tool: a service that does not answer is named with its
 * address and the remedy (`start`), not with what gRPC says of connections.
 */
export function explainFailure(
  error: unknown,
  service: string,
  addresses: string,
  start = "npm start",
): string {
  if (!(error instanceof DomainError)) return error instanceof Error ? error.message : `${error}`;
  if (!SILENT.includes(error.code) || error.reason !== undefined) return error.message;
  return (
    `the ${service} service does not answer at ${addresses}: is the mesh running (${start}), ` +
    "and does TIDINGS_PORT_BASE say where?"
  );
}
