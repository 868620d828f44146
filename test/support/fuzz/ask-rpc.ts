import type { DescMethod } from "@bufbuild/protobuf";
import type { Client } from "@grpc/grpc-js";

/** A stream may have nothing to say: what it makes of its request it has said by then. */
const DEADLINE_MS = { unary: 10_000, stream: 500 } as const;
const asIs = (bytes: Buffer) => bytes;

/** Sends one request by its bytes; on the wire every call is a stream. */
export function askRpc(
  client: Client,
  path: string,
  bytes: Uint8Array,
  methodKind: DescMethod["methodKind"],
) {
  const deadline = Date.now() + DEADLINE_MS[methodKind === "unary" ? "unary" : "stream"];
  const stream = client.makeBidiStreamRequest(path, asIs, asIs, { deadline });
  return new Promise<{ code: number; details: string }>((resolve) => {
    stream.on("data", () => stream.cancel());
    stream.on("error", () => {});
    stream.on("status", resolve);
    stream.write(Buffer.from(bytes));
    stream.end();
  });
}
