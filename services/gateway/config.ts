import { type Environment, readConfig } from "../platform/config/config.ts";
import { defaultPorts } from "../platform/config/ports.ts";
import { durationMs, integer, list, text } from "../platform/config/variables.ts";

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
  requestTimeoutMs: durationMs("TIDINGS_GATEWAY_REQUEST_TIMEOUT", {
    default: 5_000,
    min: 10,
    max: 60_000,
    help: "the deadline of a request, shared by every call made for it",
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

/** Reads and checks the variables of the gateway. Throws ConfigError naming every mistake. */
export function readGatewayConfig(env: Environment) {
  const ports = defaultPorts(env);
  const addressOf = (service: "post" | "friend" | "timeline") =>
    list(`TIDINGS_${service.toUpperCase()}_ADDRESSES`, {
      default: [`127.0.0.1:${ports[service].port}`],
      help: `host:port of the ${service} service, one or many`,
    });
  return readConfig(
    {
      host: text("TIDINGS_HOST", { default: "127.0.0.1", help: "the address to listen on" }),
      port: portVariable("TIDINGS_GATEWAY_PORT", ports.gateway.port, "HTTP"),
      metricsPort: portVariable(
        "TIDINGS_GATEWAY_METRICS_PORT",
        ports.gateway.metricsPort,
        "/metrics and /healthz",
      ),
      postAddresses: addressOf("post"),
      friendAddresses: addressOf("friend"),
      timelineAddresses: addressOf("timeline"),
      publicKeyFile: text("TIDINGS_JWT_PUBLIC_KEY_FILE", {
        default: "",
        help: "PEM public key, or JSON Web Key Set, of who issues tokens; without it the key pair for development",
      }),
      ...identityVariables,
      ...limitVariables,
      ...streamVariables,
    },
    env,
  );
}

function portVariable(name: string, port: number, what: string) {
  return integer(name, {
    default: port,
    min: 0,
    max: 65_535,
    help: `${what}; 0 takes any free port`,
  });
}
