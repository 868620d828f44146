const OK = 0;
const INTERNAL = 13;

/** The gRPC status that stands for an HTTP one: what the gateway maps the other way. */
const STATUSES: Readonly<Record<number, number>> = {
  400: 3, // INVALID_ARGUMENT
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  404: 5, // NOT_FOUND
  409: 6, // ALREADY_EXISTS
  429: 8, // RESOURCE_EXHAUSTED
  503: 14, // UNAVAILABLE
  504: 4, // DEADLINE_EXCEEDED
};

/** Any 2xx is OK (0); what has no counterpart is INTERNAL. */
export function grpcStatusOf(httpStatus: number): number {
  if (httpStatus >= 200 && httpStatus < 300) return OK;
  return STATUSES[httpStatus] ?? INTERNAL;
}
