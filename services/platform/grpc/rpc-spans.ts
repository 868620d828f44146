import { status } from "@grpc/grpc-js";
import { isSampled } from "../../model/traceparent.ts";
import { RPC_STATUS_CODE, rpcAttributes } from "../telemetry/tracing/span-names.ts";
import type { Span, Tracer } from "../telemetry/tracing/tracer.ts";
import type { CallOptions } from "./call.ts";
import { domainCodeOf } from "./errors/error-table.ts";

/** What a server answers that is its own fault; the rest is the caller's, and no error of the server's span. */
const SERVER_FAULTS: ReadonlySet<number> = new Set([
  ...[status.UNKNOWN, status.DEADLINE_EXCEEDED, status.UNIMPLEMENTED],
  ...[status.INTERNAL, status.UNAVAILABLE, status.DATA_LOSS],
]);

export function isServerFault(grpcStatus: number): boolean {
  return SERVER_FAULTS.has(grpcStatus);
}

/** Ends the span of a call with its status. */
export function endRpcSpan(span: Span, grpcStatus: number, isFailure: boolean): void {
  const code = grpcStatus === status.OK ? "OK" : domainCodeOf(grpcStatus);
  span.set({ [RPC_STATUS_CODE]: code });
  span.end(isFailure ? code : undefined);
}

/** The span of a call that is made; undefined: it belongs to nothing that is recorded. */
export function beginClientSpan(
  tracer: Tracer,
  path: string,
  options: CallOptions | undefined,
): Span | undefined {
  const parent = options?.traceparent ?? options?.parent?.traceparent;
  if (!isSampled(parent)) return undefined;
  const name = path.slice(1);
  const { links = [] } = options ?? {};
  return tracer.begin({ name, kind: "client", parent, links, attributes: rpcAttributes(name) });
}
