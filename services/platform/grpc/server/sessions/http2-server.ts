import type { Http2Server, SecureServerOptions } from "node:http2";
import type { Server } from "@grpc/grpc-js";
import { MAX_METADATA_BYTES } from "../../../../model/limits.ts";

/**
 * Resets that a server takes on one connection: so many at once, then so many a second. Node's own
 * 1,000 and 33 are less than what a few readers who come and go make behind one gateway, and one
 * reset too many ends the connection, with the calls of everybody else on it.
 */
const RESETS_AT_ONCE = 10_000;
const RESETS_PER_SECOND = 1_000;
/**
 * Calls refused in the whole life of one connection, for being more than it takes at a time. A call
 * that was just reset still counts as open, so those who come and go meet this limit too; Node's own
 * is 100, after which it ends the connection.
 */
const REFUSED_CALLS = 1_000_000;

/**
 * Of a call's head, as HTTP/2 counts it; announced, so that clients (those of Go and C++) send no more. Node ends a call
 * with more by a reset that says no number; below this and above MAX_METADATA_BYTES the answer says it.
 */
const MAX_HEADER_LIST_BYTES = 2 * MAX_METADATA_BYTES;

/** Settings of Node's HTTP/2 server that grpc-js passes on and has no option for. Before it is bound. */
export function tuneHttp2(server: Server, handshakeMs: number): void {
  const options: SecureServerOptions = server["commonServerOptions"];
  options.streamResetBurst = RESETS_AT_ONCE;
  options.streamResetRate = RESETS_PER_SECOND;
  options.maxSessionRejectedStreams = REFUSED_CALLS;
  options.handshakeTimeout = handshakeMs;
  options.settings = { ...options.settings, maxHeaderListSize: MAX_HEADER_LIST_BYTES };
}

/** Node's HTTP/2 servers under a bound grpc-js server, which has no word for its connections. */
export function http2ServersOf(server: Server): readonly Http2Server[] {
  const servers: ReadonlyMap<Http2Server, unknown> = server["http2Servers"];
  return [...servers.keys()];
}
