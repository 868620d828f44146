import { oneOf, text } from "../../config/variables.ts";
import { PLAINTEXT_WORDS, type PlaintextWord } from "./plaintext.ts";

/** What a process shows to others, and whether it may do without. */
export const TLS_VARIABLES = {
  tls: oneOf("TIDINGS_TLS", ["0", "1"], {
    default: "0",
    help: "1: all calls between services are encrypted, and both sides show certificates (mTLS)",
  }),
  certsDir: text("TIDINGS_CERTS_DIR", {
    default: ".data/certs",
    help: "with TIDINGS_TLS=1: holds a folder named like the service, with svid.pem, svid_key.pem and svid_bundle.pem; watched, and taken up when they change",
  }),
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
