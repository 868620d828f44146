import type { Socket } from "node:net";
import { type Dial, dialPlain, dialTls, onceConnected } from "../connect-to.ts";
import { openRawConnection } from "../http2/connection.ts";
import { unreachable } from "../unreachable.ts";

/** No request of any method: a server of HTTP/1.1 answers 400 by itself, and no application hears of it. */
const NO_REQUEST = "TRY\r\n\r\n";
const ANSWER_MS = 1_000;
/** Who refuses a certificate does so at once. */
const REFUSAL_MS = 500;

/**
 * Whether a server can be spoken to by HTTP/1.1 so, before any load is made: else a whole run would fail at one
 * mistake. Rejects with what answers there and what to do; resolves when that is not known, too.
 */
export async function tryHttp1(address: string, dial: Dial | undefined): Promise<void> {
  const said = await firstWords(address, dial ?? dialPlain, NO_REQUEST).catch((error: Error) => {
    throw unreachable(address, error, dial !== undefined);
  });
  if (said === undefined || said.startsWith("HTTP/")) return;
  const other = `${address} answers, but`;
  if (dial) {
    if (said !== "") return;
    // It may not like what was no request; or it asks for a certificate, and then it closes unasked.
    const unasked = await firstWords(address, dial, "", REFUSAL_MS).catch(() => "");
    if (unasked === "") {
      throw new Error(
        `${other} closed the connection: if it asks for a certificate of ours, give one that it takes by --cert FILE and --key FILE.`,
      );
    }
    return;
  }
  if (await speaks(address, dialTls({ rejectUnauthorized: false }))) {
    throw new Error(`${other} over TLS: give --target https://${address}.`);
  }
  if (await speaksHttp2(address)) {
    throw new Error(
      `${other} by HTTP/2, not HTTP/1.1: give --http2; of a gRPC server --target ${address} --call METHOD.`,
    );
  }
}

/** Undefined: nothing for a while; "": it closed the connection, and said nothing. Rejects when there is none. */
async function firstWords(
  address: string,
  dial: Dial,
  write: string,
  withinMs = ANSWER_MS,
): Promise<string | undefined> {
  const socket = dial(address, undefined);
  const words = Promise.withResolvers<string | undefined>();
  let isConnected = false;
  onceConnected(socket, () => {
    isConnected = true;
    if (write !== "") socket.write(write);
  });
  const timer = setTimeout(() => words.resolve(undefined), withinMs);
  socket.once("data", (chunk: Buffer) => words.resolve(chunk.toString("latin1")));
  socket.on("error", (error) => {
    const isClosed = isConnected && /ECONNRESET|EPIPE/.test(error.message);
    if (isClosed) words.resolve("");
    else words.reject(error);
  });
  socket.once("close", () => words.resolve(""));
  try {
    return await words.promise;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** Whether a connection comes about. */
async function speaks(address: string, dial: Dial): Promise<boolean> {
  const socket: Socket = dial(address, AbortSignal.timeout(ANSWER_MS));
  const connected = Promise.withResolvers<boolean>();
  onceConnected(socket, () => connected.resolve(true));
  socket.on("error", () => connected.resolve(false));
  socket.once("close", () => connected.resolve(false));
  const is = await connected.promise;
  socket.destroy();
  return is;
}

async function speaksHttp2(address: string): Promise<boolean> {
  try {
    const connection = await openRawConnection(address, {}, AbortSignal.timeout(ANSWER_MS));
    connection.close();
    return true;
  } catch {
    return false;
  }
}
