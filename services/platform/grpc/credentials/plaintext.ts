import { isIPv4 } from "node:net";
import { ConfigError } from "../../config/config.ts";

/** The word that allows plaintext beyond this machine: it says what it means. */
export const PLAINTEXT_ANYWHERE = "anyone-may-act-as-anyone";
/** The word for ports that apps and browsers ask, and no other: TLS ends in front of them. */
export const HTTP_BEHIND_PROXY = "http-behind-a-proxy";

export const PLAINTEXT_WORDS = ["on-loopback-only", HTTP_BEHIND_PROXY, PLAINTEXT_ANYWHERE] as const;
export type PlaintextWord = (typeof PLAINTEXT_WORDS)[number];

/** What listens for whom: calls, metrics and events of the mesh, or HTTP for apps and browsers. */
export type Port = "mesh" | "http";

interface Rule {
  readonly words: readonly PlaintextWord[];
  readonly danger: string;
  readonly remedy: string;
}

const RULES: Readonly<Record<Port, Rule>> = {
  mesh: {
    words: [PLAINTEXT_ANYWHERE],
    danger: "without TIDINGS_TLS=1: whoever reaches the port could act as any user and any service",
    remedy: `Set TIDINGS_TLS=1, or say TIDINGS_PLAINTEXT=${PLAINTEXT_ANYWHERE}`,
  },
  http: {
    words: [HTTP_BEHIND_PROXY, PLAINTEXT_ANYWHERE],
    danger: "for plain HTTP: whoever reads the network could read the tokens that are shown there",
    remedy:
      "Set TIDINGS_GATEWAY_TLS_CERT_FILE and TIDINGS_GATEWAY_TLS_KEY_FILE (the gateway has HTTPS), or say " +
      `TIDINGS_PLAINTEXT=${HTTP_BEHIND_PROXY} where a proxy in front of it ends TLS`,
  },
};

/**
 * For whatever would listen unencrypted, the one place that decides: throws ConfigError where other machines
 * reach the address, unless the process was told in words that this is meant.
 */
export function refusePlaintext(
  port: Port,
  { host, plaintext }: { readonly host: string; readonly plaintext: PlaintextWord },
): void {
  const { words, danger, remedy } = RULES[port];
  if (isLoopback(host) || words.includes(plaintext)) return;
  throw new ConfigError([`TIDINGS_HOST="${host}" ${danger}. ${remedy}`]);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}
