import type { SpanAttributes } from "./tracer.ts";

// Names by OpenTelemetry's semantic conventions 1.45: those of RPC and HTTP are stable, those of messaging under
// development. Written here, for nothing of OpenTelemetry is imported while tracing is off; a test holds them
// against the package that has them.

export const ERROR_TYPE = "error.type";
export const RPC_SYSTEM_NAME = "rpc.system.name";
export const RPC_METHOD = "rpc.method";
export const RPC_STATUS_CODE = "rpc.status_code";
export const HTTP_REQUEST_METHOD = "http.request.method";
export const HTTP_ROUTE = "http.route";
export const HTTP_RESPONSE_STATUS_CODE = "http.response.status_code";
export const URL_SCHEME = "url.scheme";
export const MESSAGING_SYSTEM_NAME = "messaging.system.name";
export const MESSAGING_DESTINATION_NAME = "messaging.destination.name";
export const MESSAGING_OPERATION_NAME = "messaging.operation.name";
export const MESSAGING_OPERATION_TYPE = "messaging.operation.type";
export const MESSAGING_BATCH_MESSAGE_COUNT = "messaging.batch.message_count";

/** Of a call of "package.Service/Method". */
export function rpcAttributes(method: string): SpanAttributes {
  return { [RPC_SYSTEM_NAME]: "grpc", [RPC_METHOD]: method };
}

export interface MessagingStep {
  /** "rabbitmq", or "tidings" for the embedded queues. */
  readonly system: string;
  /** The topic or queue. */
  readonly destination: string;
  readonly operation: "send" | "process";
  readonly count?: number;
}

export function messagingAttributes({ system, destination, operation, count }: MessagingStep) {
  return {
    [MESSAGING_SYSTEM_NAME]: system,
    [MESSAGING_DESTINATION_NAME]: destination,
    [MESSAGING_OPERATION_NAME]: operation,
    [MESSAGING_OPERATION_TYPE]: operation,
    ...(count !== undefined && { [MESSAGING_BATCH_MESSAGE_COUNT]: count }),
  };
}
