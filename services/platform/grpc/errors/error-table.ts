import { status } from "@grpc/grpc-js";

/**
 * The one table of errors: domain code -> gRPC status -> HTTP status, and the name that
 * go-grpc-prometheus gives the status in metrics. HTTP as in google/rpc/code.proto.
 */
export const ERROR_TABLE = {
  CANCELLED: { grpc: status.CANCELLED, http: 499, metric: "Canceled" },
  UNKNOWN: { grpc: status.UNKNOWN, http: 500, metric: "Unknown" },
  INVALID_ARGUMENT: { grpc: status.INVALID_ARGUMENT, http: 400, metric: "InvalidArgument" },
  DEADLINE_EXCEEDED: { grpc: status.DEADLINE_EXCEEDED, http: 504, metric: "DeadlineExceeded" },
  NOT_FOUND: { grpc: status.NOT_FOUND, http: 404, metric: "NotFound" },
  ALREADY_EXISTS: { grpc: status.ALREADY_EXISTS, http: 409, metric: "AlreadyExists" },
  PERMISSION_DENIED: { grpc: status.PERMISSION_DENIED, http: 403, metric: "PermissionDenied" },
  RESOURCE_EXHAUSTED: { grpc: status.RESOURCE_EXHAUSTED, http: 429, metric: "ResourceExhausted" },
  FAILED_PRECONDITION: {
    grpc: status.FAILED_PRECONDITION,
    http: 400,
    metric: "FailedPrecondition",
  },
  ABORTED: { grpc: status.ABORTED, http: 409, metric: "Aborted" },
  OUT_OF_RANGE: { grpc: status.OUT_OF_RANGE, http: 400, metric: "OutOfRange" },
  UNIMPLEMENTED: { grpc: status.UNIMPLEMENTED, http: 501, metric: "Unimplemented" },
  INTERNAL: { grpc: status.INTERNAL, http: 500, metric: "Internal" },
  UNAVAILABLE: { grpc: status.UNAVAILABLE, http: 503, metric: "Unavailable" },
  DATA_LOSS: { grpc: status.DATA_LOSS, http: 500, metric: "DataLoss" },
  UNAUTHENTICATED: { grpc: status.UNAUTHENTICATED, http: 401, metric: "Unauthenticated" },
} as const;

export type DomainCode = keyof typeof ERROR_TABLE;

const codesByGrpcStatus = new Map<number, DomainCode>(
  (Object.keys(ERROR_TABLE) as DomainCode[]).map((code) => [ERROR_TABLE[code].grpc, code]),
);

/** The domain code of a gRPC status; UNKNOWN for a number that gRPC does not define. */
export function domainCodeOf(grpcStatus: number): DomainCode {
  return codesByGrpcStatus.get(grpcStatus) ?? "UNKNOWN";
}

/** How metrics name a gRPC status, as go-grpc-prometheus does. */
export function metricNameOf(grpcStatus: number): string {
  return grpcStatus === status.OK ? "OK" : ERROR_TABLE[domainCodeOf(grpcStatus)].metric;
}
