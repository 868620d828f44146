/** The other owners of an owner slice, in a process of their own. Started by start.ts. */
import { createServer } from "node:net";
import { serveNull } from "../../drivers/null-server/null-connection.ts";
import { holdShards } from "./hold-shards.ts";

export interface SinksPlan {
  readonly count: number;
  /** On cql owners hold leases. */
  readonly engine: "embedded" | "cql";
  /** The real owner's address. */
  readonly beside: string;
}

export type FromSinks =
  | { readonly addresses: readonly string[] }
  /** Its last words. */
  | { readonly problem: string };

const HOST = "127.0.0.1";
/** As the servers of the mesh (DESIGN.md, section 8). */
const MAX_STREAMS = 100;
/** An AppendEntriesResponse in which nothing was appended, and nothing dropped. */
const EMPTY = new Uint8Array();

async function listen(): Promise<string> {
  const server = createServer((socket) =>
    serveNull(socket, { message: EMPTY, maxStreams: MAX_STREAMS }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, HOST, resolve);
  });
  return `${HOST}:${(server.address() as { port: number }).port}`;
}

process.on("disconnect", () => process.exit(0));
// A Ctrl-C in the terminal reaches the whole group: whoever plays ends the mesh in its order.
process.on("SIGINT", () => {});
try {
  const { count, engine, beside }: SinksPlan = JSON.parse(process.argv[2]);
  const addresses = await Promise.all(Array.from({ length: count }, listen));
  const held = engine === "cql" ? await holdShards(addresses, beside, process.env) : undefined;
  process.send?.({ addresses });
  if (held) throw new Error(await held.lost);
} catch (error) {
  process.send?.({ problem: (error as Error).message }, () => process.exit(1));
}
