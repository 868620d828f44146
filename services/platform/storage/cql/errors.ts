import { errors, types } from "cassandra-driver";
import { DomainError, unavailable } from "../../grpc/errors/errors.ts";

const { responseErrorCodes: codes } = types;

/** Answers of a coordinator that had too few replicas, or too little time. The same call may work later. */
const PASSING_CODES: readonly number[] = [
  codes.unavailableException,
  codes.overloaded,
  codes.isBootstrapping,
  codes.writeTimeout,
  codes.readTimeout,
  codes.readFailure,
  codes.writeFailure,
];
/** The coordinator did not begin: a conditional statement was not applied. */
const NOT_BEGUN_CODES: readonly number[] = [
  codes.unavailableException,
  codes.overloaded,
  codes.isBootstrapping,
];

/** UNAVAILABLE for what passes; anything else is a fault of ours and stays as it is. */
export function asUnavailable(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const passes =
    error instanceof errors.ResponseError
      ? PASSING_CODES.includes(error.code)
      : error instanceof errors.NoHostAvailableError ||
        error instanceof errors.OperationTimedOutError ||
        error instanceof errors.BusyConnectionError;
  return passes ? unavailable("the database did not answer as it should", { cause: error }) : error;
}

/** Refused before anything was done, for a table that the node does not know (yet). */
export function isTableUnknown(error: unknown): boolean {
  return (
    error instanceof errors.ResponseError &&
    error.code === codes.invalid &&
    /^table \S+ does not exist|^unconfigured table/.test(error.message)
  );
}

/** Whether a conditional statement that failed so may still have been, or be, applied. */
export function isOutcomeUnknown(error: unknown): boolean {
  if (error instanceof errors.ResponseError) {
    const isRefused = NOT_BEGUN_CODES.includes(error.code);
    return !isRefused && asUnavailable(error) !== error;
  }
  return (
    error instanceof errors.OperationTimedOutError || error instanceof errors.NoHostAvailableError
  );
}
