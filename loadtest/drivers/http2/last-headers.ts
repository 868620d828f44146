import { FLAG } from "./frames.ts";
import type { Headers } from "./header-cache.ts";

const UNKNOWN = 2;

/** gRPC's own table (http-grpc-status-mapping.md): who answers so is no gRPC server, as a proxy before one. */
const STATUSES: Readonly<Record<string, number>> = {
  200: -1,
  400: 13, // INTERNAL
  401: 16, // UNAUTHENTICATED
  403: 7, // PERMISSION_DENIED
  404: 12, // UNIMPLEMENTED
  429: 14, // UNAVAILABLE
  502: 14,
  503: 14,
  504: 14,
};

/** What headers say of a call: gRPC's status, or what HTTP's stands for; `before` when they say nothing. */
export function statusIn(headers: Headers, before: number): number {
  const grpc = headers.get("grpc-status");
  if (grpc !== undefined) return /^\d{1,3}$/.test(grpc) ? Number(grpc) : UNKNOWN;
  const http = headers.get(":status");
  return http === undefined ? before : (STATUSES[http] ?? UNKNOWN);
}

/** The block itself (RFC 9113, 6.2). */
export function withoutPadding(flags: number, payload: Buffer): Buffer {
  const padding = flags & FLAG.padded ? payload[0] + 1 : 0;
  const start = (flags & FLAG.padded ? 1 : 0) + (flags & FLAG.priority ? 5 : 0);
  return payload.subarray(start, payload.length - (padding === 0 ? 0 : padding - 1));
}
