import { readConfig } from "../platform/config/config.ts";
import { ADDRESSES, NETWORKS, ORIGINS } from "../platform/config/list-items.ts";
import {
  addressesVariable,
  askingVariables,
  portVariables,
  processVariables,
} from "../platform/config/mesh.ts";
import type { Environment } from "../platform/config/variable.ts";
import { durationMs, integer, list, text } from "../platform/config/variables.ts";
import { ERASED_LIFE_MS } from "../platform/storage/people/person-key.ts";
import { SHARED_QUOTA_VARIABLES } from "../ratelimit/host/config.ts";

export type GatewayConfig = ReturnType<typeof readGatewayConfig>;

/** Whose tokens are taken. Also read by the tool that makes tokens for development. */
export const identityVariables = {
  issuer: text("TIDINGS_JWT_ISSUER", { default: "tidings", help: "the iss that tokens must have" }),
  audience: text("TIDINGS_JWT_AUDIENCE", {
    default: "tidings-api",
    help: "the aud that tokens must have",
  }),
  dataDir: text("TIDINGS_DATA_DIR", {
    default: ".data",
    help: "keys/ in it holds the key pair for development, made when it is missing",
  }),
};

const limitVariables = {
  maxCachedTokens: integer("TIDINGS_GATEWAY_TOKEN_CACHE", {
    default: 100_000,
    min: 1,
    max: 10_000_000,
    help: "verified tokens remembered at most, about 300 bytes each",
  }),
  rateLimit: integer("TIDINGS_GATEWAY_RATE_LIMIT", {
    default: 1_200,
    min: 1,
    max: 10_000_000,
    help: "requests of one user in each window",
  }),
  rateWindowMs: durationMs("TIDINGS_GATEWAY_RATE_WINDOW", {
    default: 60_000,
    min: 1_000,
    max: 86_400_000,
    help: "the window of the rate limit",
  }),
  rateUsers: integer("TIDINGS_GATEWAY_RATE_USERS", {
    default: 200_000,
    min: 1,
    max: 10_000_000,
    help: "users counted at most; the longest idle is forgotten first",
  }),
  maxWrongTokens: integer("TIDINGS_GATEWAY_WRONG_TOKENS", {
    default: 60,
    min: 1,
    max: 10_000_000,
    help: "wrong tokens of one address (IPv6: of one /64) in each window of the rate limit; more are not looked at",
  }),
  arrivalMs: durationMs("TIDINGS_GATEWAY_ARRIVAL_TIMEOUT", {
    default: 10_000,
    min: 100,
    max: 600_000,
    help: "a request that has not arrived whole by then ends its connection, within a second",
  }),
  takingMs: durationMs("TIDINGS_GATEWAY_TAKING_TIMEOUT", {
    default: 60_000,
    min: 100,
    max: 600_000,
    help: "an answer that its client has not taken whole by then ends its connection, within a second",
  }),
  maxConnections: integer("TIDINGS_GATEWAY_CONNECTIONS", {
    default: 20_000,
    min: 1,
    max: 1_000_000,
    help: "connections open at most, live streams included; more are refused",
  }),
  trustedProxies: list("TIDINGS_GATEWAY_TRUSTED_PROXIES", NETWORKS, {
    default: [],
    help: "addresses and networks (10.0.0.0/8) of proxies whose x-forwarded-for is believed; without them, everybody behind a proxy counts as one address",
  }),
  requestTimeoutMs: durationMs("TIDINGS_GATEWAY_REQUEST_TIMEOUT", {
    default: 5_000,
    min: 10,
    max: 60_000,
    help: "the deadline of a request, shared by every call made for it",
  }),
  reactionsTimeoutMs: durationMs("TIDINGS_GATEWAY_REACTIONS_TIMEOUT", {
    default: 1_000,
    min: 10,
    max: 60_000,
    help: "how long posts wait for their likes and comments; then they are shown without",
  }),
};

const streamVariables = {
  maxStreams: integer("TIDINGS_GATEWAY_STREAMS", {
    default: 10_000,
    min: 1,
    max: 1_000_000,
    help: "live streams open at most",
  }),
  maxStreamsPerUser: integer("TIDINGS_GATEWAY_STREAMS_PER_USER", {
    default: 8,
    min: 1,
    max: 1_000,
    help: "live streams of one user at most",
  }),
  maxOpenings: integer("TIDINGS_GATEWAY_STREAM_OPENINGS", {
    default: 120,
    min: 1,
    max: 10_000_000,
    help: "live streams that one user may open in each window of the rate limit",
  }),
  heartbeatMs: durationMs("TIDINGS_GATEWAY_STREAM_HEARTBEAT", {
    default: 15_000,
    min: 1_000,
    max: 600_000,
    help: "between two heartbeats of a live stream",
  }),
  maxAgeMs: durationMs("TIDINGS_GATEWAY_STREAM_MAX_AGE", {
    default: 15 * 60_000,
    min: 1_000,
    max: 86_400_000,
    help: "the age at which a live stream ends and its client connects again",
  }),
  slowConsumerMs: durationMs("TIDINGS_GATEWAY_STREAM_SLOW", {
    default: 10_000,
    min: 100,
    max: 600_000,
    help: "a live stream whose client takes nothing for so long is cut off",
  }),
};

/** The variables of the gateway; defaults of ports follow TIDINGS_PORT_BASE. */
export function gatewayVariables(env: Environment) {
  return {
    ...processVariables,
    ...askingVariables,
    ...portVariables("gateway", env),
    postAddresses: addressesVariable("post", env),
    friendAddresses: addressesVariable("friend", env),
    timelineAddresses: addressesVariable("timeline", env),
    engagementAddresses: list("TIDINGS_ENGAGEMENT_ADDRESSES", ADDRESSES, {
      default: [],
      help: "host:port of the engagement service, one or many; none: posts are shown without likes and comments",
    }),
    publicKeyFile: text("TIDINGS_JWT_PUBLIC_KEY_FILE", {
      default: "",
      help: "PEM public key, or JSON Web Key Set, of who issues tokens; without it the key pair for development",
    }),
    keySetUrl: text("TIDINGS_JWT_JWKS_URL", {
      default: "",
      help: "in place of the file: where the issuer publishes its keys (jwks_uri)",
      pattern: /^$|^https?:\/\/\S+$/,
      allowed: "an address that begins with https:// or http://",
    }),
    userClaim: text("TIDINGS_JWT_USER_CLAIM", {
      default: "sub",
      help: "the claim with the numeric id of the user",
    }),
    maxLifeMs: durationMs("TIDINGS_JWT_MAX_LIFE", {
      default: 30 * 86_400_000,
      min: 1_000,
      // Shown later, the token of somebody erased would be taken for that of somebody new.
      max: ERASED_LIFE_MS,
      help: "tokens that are good for longer are not taken: from their iat, or from now without one, to their exp; at most as long as erased people are remembered",
    }),
    streamKeyFile: text("TIDINGS_GATEWAY_STREAM_KEY_FILE", {
      default: "",
      help: "32 bytes or more that all gateways share, for the tokens of EventSource; without it each has its own",
    }),
    tlsCertFile: text("TIDINGS_GATEWAY_TLS_CERT_FILE", {
      default: "",
      help: "PEM certificate chain for HTTPS, looked at every 5 s; without it the REST port speaks HTTP",
    }),
    tlsKeyFile: text("TIDINGS_GATEWAY_TLS_KEY_FILE", {
      default: "",
      help: "PEM private key of that certificate",
    }),
    corsOrigins: list("TIDINGS_GATEWAY_CORS_ORIGINS", ORIGINS, {
      default: [],
      maxItems: 100,
      help: "origins of web pages that may ask, as https://app.example; none: only programs",
    }),
    ...identityVariables,
    ...limitVariables,
    ...SHARED_QUOTA_VARIABLES,
    ...streamVariables,
  };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readGatewayConfig(env: Environment) {
  return readConfig(gatewayVariables(env), env);
}
