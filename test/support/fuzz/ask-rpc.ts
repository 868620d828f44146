import type { Client } from "@grpc/grpc-js";

const DEADLINE_MS = 10_000;
const asIs = (bytes: Buffer) => bytes;

/** Sends one request by its bytes; on the wire every call is a stream. */
export function askRpc(client: Client, path: string, bytes: Uint8Array) {
  const deadline = Date.now() + DEADLINE_MS;
  const stream = client.makeBidiStreamRequest(path, asIs, asIs, { deadline });
  return new Promise<{ code: number; details: string }>((resolve) => {
    stream.on("data", () => stream.cancel());
    stream.on("error", () => {});
    stream.on("status", resolve);
    stream.write(Buffer.from(bytes));
    stream.end();
  });
}
