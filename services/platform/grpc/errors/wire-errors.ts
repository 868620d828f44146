import { Metadata, type ServiceError } from "@grpc/grpc-js";
import { decodeDetails, encodeDetails } from "./error-details.ts";
import { domainCodeOf } from "./error-table.ts";
import {
  ANSWERED,
  CONNECTION_LOST,
  DomainError,
  type ErrorDetails,
  type ErrorStatus,
  unavailable,
} from "./errors.ts";

/**
 * How grpc-js begins the text of a call whose HTTP/2 stream broke without a status. It calls that
 * INTERNAL, as the mapping of gRPC over HTTP/2 wants; to whoever called, it is a connection that was lost.
 */
const BROKEN_CONNECTION = "Received RST_STREAM with code ";
/** And of a call that the server's HTTP/2 refused: too many at a time on one connection. */
const REFUSED_CALL = "Bandwidth exhausted or memory limit exceeded";

const DETAILS_KEY = "grpc-status-details-bin";

/** What grpc-js sends for a failed call. */
export interface FailedCall extends Error {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** The failure as grpc-js wants it, with its details in the trailers. */
export function failedCall({ code, domainCode, message, details }: ErrorStatus): FailedCall {
  const metadata = new Metadata();
  // Trailers are sent percent-encoded, which throws for a lone surrogate.
  const text = message.toWellFormed();
  const reason = details.reason ?? (domainCode === "UNAVAILABLE" ? ANSWERED : undefined);
  const bytes = encodeDetails(code, text, reason === undefined ? details : { ...details, reason });
  if (bytes) metadata.set(DETAILS_KEY, Buffer.from(bytes));
  return { name: "FailedCall", message: text, code, details: text, metadata };
}

/** The error of a failed client call, with the reason, metadata and hints that the server gave. */
export function domainErrorOf(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const { code, details, metadata } = error as Partial<ServiceError>;
  if (typeof code !== "number") {
    return new DomainError("UNKNOWN", error instanceof Error ? error.message : String(error), {
      cause: error,
    });
  }
  if (details?.startsWith(BROKEN_CONNECTION) || details === REFUSED_CALL) {
    return unavailable(details, { reason: CONNECTION_LOST });
  }
  return new DomainError(domainCodeOf(code), details ?? "", readDetails(metadata));
}

function readDetails(metadata: Metadata | undefined): ErrorDetails {
  const value = metadata?.get(DETAILS_KEY)[0];
  if (!Buffer.isBuffer(value)) return {};
  try {
    return decodeDetails(value);
  } catch {
    // A server that writes other bytes here still gave a code and a message.
    return {};
  }
}
