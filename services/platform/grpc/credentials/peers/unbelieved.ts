import type { Http2Server } from "node:http2";
import type { TLSSocket } from "node:tls";
import { COUNTERS } from "../../../../model/metrics.ts";
import type { Logger } from "../../../telemetry/logger.ts";
import type { Metrics } from "../../../telemetry/metrics.ts";
import { thinned } from "../../../telemetry/thinned.ts";

/** A flood of refused connections is one line in so long, ms. */
const REFUSALS_EVERY_MS = 1_000;
/** Of OpenSSL: whoever connects has no certificate at all. */
const NO_CERTIFICATE = "ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE";

/**
 * Tells of callers whose certificate is not believed, for it has ended or another authority has signed it, and of those who
 * show none. OpenSSL ends their connection before there is a call that could be refused, and says nothing to the first.
 * Whoever comes and goes without a word, or speaks no TLS, is passed over.
 */
export function tellUnbelieved(
  servers: readonly Http2Server[],
  { log, metrics }: { readonly log: Logger; readonly metrics: Metrics },
): void {
  const refused = metrics.counter(COUNTERS.callersRefused).series("certificate");
  const tell = thinned(REFUSALS_EVERY_MS, (line: object, refusedCount) => {
    log.warn({ ...line, refusedCount }, "connections refused for who calls");
  });
  for (const server of servers) {
    server.on("tlsClientError", (error: NodeJS.ErrnoException, socket: TLSSocket) => {
      const { authorizationError } = socket;
      const why = authorizationError ?? (error.code === NO_CERTIFICATE ? error.code : undefined);
      if (!why) return;
      refused.add();
      tell({ problem: `the caller's certificate is not believed: ${why}`, from: fromOf(socket) });
    });
  }
}

/** The socket knows no address any more, the one below it does. Node has no word for that one. */
function fromOf(socket: TLSSocket): string | undefined {
  const below: unknown = Reflect.get(socket, "_parent");
  const isKnown = typeof below === "object" && below !== null && "remoteAddress" in below;
  const address = isKnown ? below.remoteAddress : socket.remoteAddress;
  return typeof address === "string" ? address : undefined;
}
