import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Environment } from "../../services/platform/config/variable.ts";

/** Whoever listens begins a handshake at once; a machine that is away should not hold a message up, ms. */
const PROBE_MS = 2_000;
/** How a client begins (RFC 9113, 3.4); the server's first frame is its settings. */
const HTTP2_PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const SETTINGS = 4;
const FRAME_TYPE_AT = 3;
const NO_SETTINGS = Buffer.from([0, 0, 0, SETTINGS, 0, 0, 0, 0, 0]);

/**
 * What a tool should say when nobody answers: that the address speaks TLS and the tool does not, or the other way
 * round. Undefined: that is not what is wrong.
 */
export async function tlsRemedy(
  addresses: readonly string[],
  env: Environment = process.env,
): Promise<string | undefined> {
  const isSecure = env.TIDINGS_TLS?.trim() === "1";
  const speaks = isSecure ? speaksPlaintext : speaksTls;
  const answers = await Promise.all(addresses.map(speaks));
  const found = addresses.filter((_, i) => answers[i]).join(", ");
  if (found === "") return undefined;
  return isSecure
    ? `${found} speaks plaintext, and this was sent by TLS: leave TIDINGS_TLS=1 out, or start the mesh with it (docs/security.md)`
    : `${found} speaks TLS, and this was sent in plaintext: set TIDINGS_TLS=1, as the mesh has it (docs/security.md)`;
}

/** Whether a server at an address agrees to a handshake; what it then asks for is no matter. */
function speaksTls(address: string): Promise<boolean> {
  const place = placeOf(address);
  if (!place) return Promise.resolve(false);
  const socket = connectTls({
    ...{ ...place, ALPNProtocols: ["h2"], timeout: PROBE_MS },
    ...(isIP(place.host) === 0 && { servername: place.host }),
    // Nothing is sent, so nobody need be trusted.
    rejectUnauthorized: false,
  });
  return answerOf(socket, (answer) => socket.once("secureConnect", () => answer(true)));
}

/** Whether a server at an address begins to speak HTTP/2 as it is. */
function speaksPlaintext(address: string): Promise<boolean> {
  const place = placeOf(address);
  if (!place) return Promise.resolve(false);
  const socket = connect({ ...place, timeout: PROBE_MS });
  socket.write(Buffer.concat([HTTP2_PREFACE, NO_SETTINGS]));
  return answerOf(socket, (answer) =>
    socket.once("data", (bytes) => answer(bytes[FRAME_TYPE_AT] === SETTINGS)),
  );
}

/** "host:port" or dns:///host:port. */
function placeOf(address: string): { readonly host: string; readonly port: number } | undefined {
  const [, bracketed, name, port] =
    /^(?:dns:\/\/\/)?(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(address) ?? [];
  const host = bracketed ?? name;
  return host === undefined ? undefined : { host, port: Number(port) };
}

/** False when the connection ends, or nothing comes, before there is an answer. */
function answerOf(
  socket: Socket,
  listen: (answer: (is: boolean) => void) => void,
): Promise<boolean> {
  return new Promise((resolve) => {
    const answer = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once("timeout", () => answer(false));
    socket.once("error", () => answer(false));
    socket.once("close", () => answer(false));
    listen(answer);
  });
}
