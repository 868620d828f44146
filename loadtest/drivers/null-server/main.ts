/** A server that does nothing, in a process of its own. Started by start.ts, which passes its options. */
import { createServer, type Socket } from "node:net";
import { exactPace } from "./exact-pace.ts";
import { serveNull } from "./null-connection.ts";
import { serveNullHttp } from "./null-http.ts";
import type { NullServerOptions } from "./start.ts";

const options: NullServerOptions = JSON.parse(process.argv[2] ?? "{}");
const { protocol = "grpc", port = 0, messageHex = "", maxStreams = 1_000 } = options;
const { stall, perSecond } = options;
const message = Buffer.from(messageHex, "hex");

/** A period stalls once: until then. */
let stalledUntilMs = 0;
const word = new Int32Array(new SharedArrayBuffer(4));

/** Stops the whole process at fixed times: what a collection, a lock or a full disk does to a server. */
function stallWhenDue({ everyMs, forMs }: { everyMs: number; forMs: number }): void {
  const nowMs = performance.now();
  const intoMs = nowMs % everyMs;
  if (intoMs < forMs && nowMs > stalledUntilMs) {
    stalledUntilMs = nowMs - intoMs + forMs;
    Atomics.wait(word, 0, 0, forMs - intoMs);
  }
}

const behaviour = {
  ...(stall && { beforeAnswers: () => stallWhenDue(stall) }),
  ...(perSecond !== undefined && { pace: exactPace(perSecond) }),
};

function serve(socket: Socket): void {
  if (protocol === "http") serveNullHttp(socket, { body: message, ...behaviour });
  else serveNull(socket, { message, maxStreams, ...behaviour });
}

const server = createServer(serve);
server.listen(port, "127.0.0.1", () => {
  process.send?.({ port: (server.address() as { port: number }).port });
});
process.on("disconnect", () => process.exit(0));
