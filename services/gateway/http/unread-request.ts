import { randomUUID } from "node:crypto";
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { problemOfStatus } from "./problems.ts";

interface Fault {
  readonly status: number;
  readonly detail: string;
}

/** What Node's parser finds wrong, by its code. */
const FAULTS: Readonly<Record<string, Fault>> = {
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, detail: "the request did not arrive whole in time" },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    detail: "the path and the headers are over 16 KB together; ids and tokens are far shorter",
  },
};
const NO_HTTP: Fault = { status: 400, detail: "these bytes are no HTTP/1.1 request" };

/** Answers a request that never became one with a problem (RFC 9457), as any other, and ends its connection. */
export function answerUnreadRequest(
  error: Error & { readonly code?: string },
  socket: Socket,
): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const { status, detail } = FAULTS[error.code ?? ""] ?? NO_HTTP;
  const id = randomUUID();
  const body = JSON.stringify(problemOfStatus(status, detail, id));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    `x-request-id: ${id}`,
    "content-type: application/problem+json",
    `content-length: ${Buffer.byteLength(body)}`,
    "connection: close",
  ];
  if (socket.writable) socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  socket.destroy(error);
}
