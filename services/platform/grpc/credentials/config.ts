import { oneOf, text } from "../../config/variables.ts";

/** The word that allows plaintext beyond this machine: it says what it means. */
export const PLAINTEXT_ANYWHERE = "anyone-may-act-as-anyone";

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
  plaintext: oneOf("TIDINGS_PLAINTEXT", ["on-loopback-only", PLAINTEXT_ANYWHERE], {
    default: "on-loopback-only",
    help: "whether to listen without TIDINGS_TLS=1 where other machines reach it",
  }),
};

export interface TlsConfig {
  readonly tls: "0" | "1";
  readonly certsDir: string;
  readonly plaintext: "on-loopback-only" | typeof PLAINTEXT_ANYWHERE;
}
