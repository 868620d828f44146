import { isIP } from "node:net";
import { connect } from "node:tls";
import type { Environment } from "../../services/platform/config/variable.ts";

/** Whoever listens begins a handshake at once; a machine that is away should not hold a message up, ms. */
const PROBE_MS = 2_000;

/**
 * What a tool that talks plaintext should say when nobody answers: that the address speaks TLS, if it does.
 * Undefined: it does not, or the tool speaks TLS itself, and that is not what is wrong.
 */
export async function tlsRemedy(
  addresses: readonly string[],
  env: Environment = process.env,
): Promise<string | undefined> {
  if (env.TIDINGS_TLS?.trim() === "1") return undefined;
  const answers = await Promise.all(addresses.map(speaksTls));
  const found = addresses.filter((_, i) => answers[i]);
  if (found.length === 0) return undefined;
  return (
    `${found.join(", ")} speaks TLS, and this was sent in plaintext: set TIDINGS_TLS=1, as the mesh has it ` +
    "(docs/security.md)"
  );
}

/** Whether a server at "host:port" (or dns:///host:port) agrees to a handshake; what it then asks for is no matter. */
function speaksTls(address: string): Promise<boolean> {
  const [, bracketed, name, port] =
    /^(?:dns:\/\/\/)?(?:\[([^\]]+)\]|([^:]+)):(\d+)$/.exec(address) ?? [];
  const host = bracketed ?? name;
  if (host === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const socket = connect({
      ...{ host, port: Number(port), ALPNProtocols: ["h2"], timeout: PROBE_MS },
      ...(isIP(host) === 0 && { servername: host }),
      // Nothing is sent, so nobody need be trusted.
      rejectUnauthorized: false,
    });
    const end = (isTls: boolean) => {
      socket.destroy();
      resolve(isTls);
    };
    socket.once("secureConnect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.once("error", () => end(false));
    socket.once("close", () => end(false));
  });
}
