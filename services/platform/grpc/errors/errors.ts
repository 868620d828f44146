import { type DomainCode, ERROR_TABLE } from "./error-table.ts";

export type { DomainCode };

/** What is wrong with one field of a request (google.rpc.BadRequest). */
export interface FieldViolation {
  readonly field: string;
  readonly description: string;
}

/** What an error says beyond its code and message; travels as google.rpc.Status details. */
export interface ErrorDetails {
  /** A constant for programs, such as NOT_OWNER (google.rpc.ErrorInfo). */
  readonly reason?: string;
  /** Facts that go with the reason, such as the owner's address. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Come back after so many ms (google.rpc.RetryInfo). */
  readonly retryAfterMs?: number;
  readonly violations?: readonly FieldViolation[];
  readonly cause?: unknown;
}

/** An error that a caller is meant to see: thrown by handlers, and by clients for failed calls. */
export class DomainError extends Error {
  readonly code: DomainCode;
  readonly reason: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfterMs: number | undefined;
  readonly violations: readonly FieldViolation[];

  constructor(code: DomainCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = "DomainError";
    this.code = code;
    this.reason = details.reason;
    this.metadata = details.metadata ?? {};
    this.retryAfterMs = details.retryAfterMs;
    this.violations = details.violations ?? [];
  }
}

/** The request is wrong. `problem` names the limit ("is 2,048 bytes, at most 1,024"). */
export function invalidArgument(field: string, problem: string, remedy?: string): DomainError {
  const description = remedy ? `${problem}; ${remedy}` : problem;
  const violations = [{ field, description }];
  return new DomainError("INVALID_ARGUMENT", `${field}: ${description}`, { violations });
}

/** Throws INVALID_ARGUMENT when something was found wrong with the field. */
export function refuseField(
  field: string,
  found: { readonly problem: string; readonly remedy: string } | undefined,
): void {
  if (found) throw invalidArgument(field, found.problem, found.remedy);
}

/** There is no such `resource` ("post", "user"). */
export function notFound(resource: string, id: bigint | string): DomainError {
  const metadata = { resource, id: String(id) };
  return new DomainError("NOT_FOUND", `no ${resource} ${id}`, { reason: "NOT_FOUND", metadata });
}

export function alreadyExists(message: string): DomainError {
  return new DomainError("ALREADY_EXISTS", message);
}

export function permissionDenied(message: string): DomainError {
  return new DomainError("PERMISSION_DENIED", message);
}

export function unauthenticated(message: string, cause?: unknown): DomainError {
  return new DomainError("UNAUTHENTICATED", message, { cause });
}

export function failedPrecondition(message: string): DomainError {
  return new DomainError("FAILED_PRECONDITION", message);
}

/** A quota or queue is full; `retryAfterMs` says when trying again makes sense. */
export function resourceExhausted(message: string, retryAfterMs?: number): DomainError {
  return new DomainError("RESOURCE_EXHAUSTED", message, {
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
}

/** Try again, perhaps elsewhere: the only code that is retried. */
export function unavailable(message: string, details: ErrorDetails = {}): DomainError {
  return new DomainError("UNAVAILABLE", message, details);
}

export function deadlineExceeded(message: string): DomainError {
  return new DomainError("DEADLINE_EXCEEDED", message);
}

export function cancelled(message: string): DomainError {
  return new DomainError("CANCELLED", message);
}

/** A fault of ours. The message goes to the caller: the cause is for the log only. */
export function internal(message: string, cause?: unknown): DomainError {
  return new DomainError("INTERNAL", message, { cause });
}

/** The reason of UNAVAILABLE from a process that does not own the shard; metadata names the `owner`. */
export const NOT_OWNER = "NOT_OWNER";

/** The reason of UNAVAILABLE when nobody was called, because nobody is known to own the shard. */
export const NO_OWNER = "NO_OWNER";

/**
 * The reason of UNAVAILABLE when certainly nothing of the whole call was done, and nothing will be: it may
 * be repeated even if doing it twice would matter.
 */
export const NOT_BEGUN = "NOT_BEGUN";

/**
 * The reason of UNAVAILABLE when whoever was called has as much as it can do: nothing was begun. The metadata
 * says `by` whom, as which `priority`, and whether the `limit` of all or the `share` of the caller was met.
 */
export const OVERLOADED = "OVERLOADED";

export function isOverloaded(error: unknown): boolean {
  return error instanceof DomainError && error.reason === OVERLOADED;
}

export function isNotBegun(error: unknown): boolean {
  return error instanceof DomainError && (error.reason === NOT_BEGUN || isOverloaded(error));
}

/** UNAVAILABLE before anything was done. */
export function notBegun(message: string, cause?: unknown): DomainError {
  return unavailable(message, { reason: NOT_BEGUN, cause });
}

/**
 * The reason of UNAVAILABLE that a server gave without another one. gRPC has the same code, and no reason, for a
 * server that nobody reaches: a full disk is not to be told as a mesh that does not run.
 */
export const ANSWERED = "ANSWERED";

/** The reason of UNAVAILABLE when a server gives up a connection and its streams: resume on another. */
export const CONNECTION_AGED = "CONNECTION_AGED";

/** The reason of UNAVAILABLE when the connection broke under a call, whose outcome is unknown. */
export const CONNECTION_LOST = "CONNECTION_LOST";

export interface ErrorStatus {
  readonly code: number;
  readonly httpStatus: number;
  readonly domainCode: DomainCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** The status of anything thrown. What is no DomainError is INTERNAL, and its text stays in the log. */
export function statusOf(error: unknown): ErrorStatus {
  const known = error instanceof DomainError ? error : internal("internal error");
  const row = ERROR_TABLE[known.code];
  return {
    code: row.grpc,
    httpStatus: row.http,
    domainCode: known.code,
    message: known.message,
    details: {
      metadata: known.metadata,
      violations: known.violations,
      ...(known.reason !== undefined && { reason: known.reason }),
      ...(known.retryAfterMs !== undefined && { retryAfterMs: known.retryAfterMs }),
    },
  };
}
