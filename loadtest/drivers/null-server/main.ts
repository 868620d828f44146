/** A server that does nothing, in a process of its own. Started by start.ts, which passes its options. */
import { createServer, type Socket } from "node:net";
import { serveNull } from "./null-connection.ts";
import type { NullServerOptions } from "./start.ts";

const options: NullServerOptions = JSON.parse(process.argv[2] ?? "{}");
const { messageHex = "", maxStreams = 1_000, stall } = options;

/** Calls answered so far in the running period; the stall comes when it is over. */
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

const open = new Set<Socket>();
const server = createServer((socket) => {
  open.add(socket);
  socket.on("close", () => open.delete(socket));
  serveNull(socket, {
    message: Buffer.from(messageHex, "hex"),
    maxStreams,
    ...(stall ? { beforeAnswers: () => stallWhenDue(stall) } : {}),
  });
});
server.listen(0, "127.0.0.1", () => {
  process.send?.({ port: (server.address() as { port: number }).port });
});
process.on("disconnect", () => process.exit(0));
