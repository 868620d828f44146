import { errors, types } from "cassandra-driver";
import { DomainError, unavailable } from "../../grpc/errors/errors.ts";

const { responseErrorCodes: codes } = types;

/** What a coordinator answers to a statement that is wrong, or not allowed: a fault of ours. */
const FAULT_CODES: readonly number[] = [
  codes.protocolError,
  codes.badCredentials,
  codes.functionFailure,
  codes.syntaxError,
  codes.unauthorized,
  codes.invalid,
  codes.configError,
  codes.alreadyExists,
];
/** The coordinator did not begin: a conditional statement was not applied. */
const NOT_BEGUN_CODES: readonly number[] = [
  codes.unavailableException,
  codes.overloaded,
  codes.isBootstrapping,
];
/** The driver was used in a wrong way. */
const FAULT_CLASSES = [
  errors.ArgumentError,
  errors.AuthenticationError,
  errors.NotSupportedError,
] as const;

/** What the driver adds to errors of sockets, which have no class of their own. */
interface SocketError extends Error {
  readonly isSocketError?: boolean;
  readonly requestNotWritten?: boolean;
}

/**
 * UNAVAILABLE for what passes: too few replicas, too little time, a connection that broke, and whatever
 * else a driver or a node that is going or coming says. What is wrong with us stays as it is.
 */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof DomainError || !passes(error)) return error;
  return unavailable("the database did not answer as it should", { cause: error });
}

/** As asUnavailable, for whoever starts: which nodes were asked, what came, and what to do. */
export function asUnreachable(error: unknown, contactPoints: readonly string[]): unknown {
  if (error instanceof DomainError || !passes(error)) return error;
  const { innerErrors = {}, message } = error as Partial<errors.NoHostAvailableError> & Error;
  const [first] = Object.values(innerErrors) as readonly (Error | undefined)[];
  const nodes = contactPoints.join(", ");
  return unavailable(
    `the database at ${nodes} did not answer as it should: ${first?.message ?? message}: start it, or set ` +
      "TIDINGS_CQL_CONTACT_POINTS to where it is",
    { cause: error },
  );
}

/** How a node that does not know a table (yet) says so: by name, or, once it has prepared for it, by id. */
const UNKNOWN_TABLES: readonly { readonly code: number; readonly message: RegExp }[] = [
  { code: codes.invalid, message: /^table \S+ does not exist|^unconfigured table/ },
  { code: codes.serverError, message: /IllegalArgumentException: Unknown CF/ },
];

/** Refused before anything was done, for a table that the node does not know (yet). */
export function isTableUnknown(error: unknown): boolean {
  if (!(error instanceof errors.ResponseError)) return false;
  return UNKNOWN_TABLES.some(
    ({ code, message }) => error.code === code && message.test(error.message),
  );
}

/** Whether a conditional statement that failed so may still have been, or be, applied. */
export function isOutcomeUnknown(error: unknown): boolean {
  return passes(error) && !wasNotBegun(error);
}

function passes(error: unknown): boolean {
  if (error instanceof errors.ResponseError) return !FAULT_CODES.includes(error.code);
  if (FAULT_CLASSES.some((fault) => error instanceof fault)) return false;
  return error instanceof errors.DriverError || isOfSystem(error);
}

/** ECONNRESET and the like, which come as they are when a connection breaks while it is being made. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

function wasNotBegun(error: unknown): boolean {
  if (error instanceof errors.ResponseError) return NOT_BEGUN_CODES.includes(error.code);
  if (error instanceof errors.BusyConnectionError) return true;
  return (error as SocketError).requestNotWritten === true;
}
