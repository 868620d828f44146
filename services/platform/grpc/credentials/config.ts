import { join } from "node:path";
import type { Environment } from "../../config/variable.ts";
import { oneOf, text } from "../../config/variables.ts";
import { PLAINTEXT_WORDS, type PlaintextWord } from "./plaintext.ts";

/** Beside what the mesh keeps: who moves its data moves its certificates. */
function certsBesideData(env: Environment): string {
  return join(env.TIDINGS_DATA_DIR?.trim() || ".data", "certs");
}

/** What a process shows to others, and whether it may do without. */
export const TLS_VARIABLES = {
  tls: oneOf("TIDINGS_TLS", ["0", "1"], {
    default: "0",
    help: "1: all calls between services are encrypted, and both sides show certificates (mTLS)",
  }),
  certsDir: {
    ...text("TIDINGS_CERTS_DIR", {
      default: certsBesideData({}),
      help: "with TIDINGS_TLS=1: holds a folder named like the service, with svid.pem, svid_key.pem and svid_bundle.pem; watched, and taken up when they change; by default certs in TIDINGS_DATA_DIR",
    }),
    fallbackIn: certsBesideData,
  },
  plaintext: oneOf("TIDINGS_PLAINTEXT", PLAINTEXT_WORDS, {
    default: "on-loopback-only",
    help: "where other machines reach it, what may listen unencrypted: nothing; HTTP of the gateway and the console, since a proxy in front ends TLS; or everything",
  }),
};

export interface TlsConfig {
  readonly tls: "0" | "1";
  readonly certsDir: string;
  readonly plaintext: PlaintextWord;
}
