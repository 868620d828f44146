import { Client, credentials } from "@grpc/grpc-js";

export interface Said {
  readonly code: number;
  readonly details: string;
}

const asIs = (bytes: Buffer) => bytes;

/** Clients of grpc-js, one an address: they send what flow control lets through only in parts, and know what is said. */
export class PlainClients implements Disposable {
  readonly #clients = new Map<string, Client>();

  /** Sends one request by its bytes; of a stream no more than the first message is taken. */
  async ask(address: string, path: string, bytes: Uint8Array, timeoutMs: number): Promise<Said> {
    const client = this.#clients.getOrInsertComputed(
      address,
      () => new Client(address, credentials.createInsecure()),
    );
    // On the wire every call is a stream.
    const stream = client.makeBidiStreamRequest(path, asIs, asIs, {
      deadline: Date.now() + timeoutMs,
    });
    const said = Promise.withResolvers<Said>();
    stream.on("data", () => stream.cancel());
    stream.on("error", () => {});
    stream.on("status", said.resolve);
    stream.write(Buffer.from(bytes));
    stream.end();
    return said.promise;
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients.values()) client.close();
  }
}
