import type { ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { Parsed } from "../../../config/variable.ts";
import { type Certified, certifiedBy } from "../svid/certificate.ts";
import { formatSpiffeId } from "../svid/spiffe-id.ts";

/** Takes certificates that OpenSSL has verified for what they say. */
export class Peers {
  readonly #trustDomain: string;
  readonly #known = new Map<string, Parsed<Certified>>();

  constructor(trustDomain: string) {
    this.#trustDomain = trustDomain;
  }

  /** Who is at the other end of a connection. Costs something: once a connection. */
  of(socket: Socket): Parsed<Certified> {
    if (!(socket instanceof TLSSocket)) return { problem: "the connection is not encrypted" };
    const certificate = socket.getPeerX509Certificate();
    if (!certificate) return { problem: "the caller has shown no certificate" };
    if (!socket.authorized) {
      return { problem: `the caller's certificate is not believed: ${socket.authorizationError}` };
    }
    const certified = certifiedBy(certificate);
    if ("problem" in certified) {
      return { problem: `the caller's certificate is refused: ${certified.problem}` };
    }
    const { trustDomain } = certified.value;
    if (trustDomain !== this.#trustDomain) {
      return { problem: `the caller is of ${trustDomain}: this mesh is ${this.#trustDomain}` };
    }
    return certified;
  }

  /** Keeps who is at the other end of a session until it closes. */
  connected(session: ServerHttp2Session): void {
    const { socket } = session;
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    const caller = this.of(socket);
    this.#known.set(peer, caller);
    session.once("close", () => {
      if (this.#known.get(peer) === caller) this.#known.delete(peer);
    });
  }

  /** By "address:port"; undefined: there is no such connection any more. */
  at(peer: string): Parsed<Certified> | undefined {
    return this.#known.get(peer);
  }

  /** When the certificate of a connection ends, ms since the Unix epoch. */
  endsMs(peer: string): number | undefined {
    const caller = this.#known.get(peer);
    return caller && "value" in caller ? caller.value.endsMs : undefined;
  }
}

/** Why this certificate is not the service's that was called; undefined when it is. */
export function wrongService(
  called: Parsed<Certified>,
  expected: { readonly trustDomain: string; readonly service: string },
): Error | undefined {
  const wanted = formatSpiffeId(expected);
  if ("problem" in called) return new Error(`not ${wanted}: ${called.problem}`);
  const is = formatSpiffeId(called.value);
  return is === wanted ? undefined : new Error(`${is} answers where ${wanted} was called`);
}
