import { tokenFileIn } from "../../console/access/admin-token.ts";
import type { Environment } from "../../services/platform/config/variable.ts";
import type { Mesh } from "../mesh/mesh.ts";

/** Where the REST API is, as the environment has it. */
export function restUrl({ ports, host }: Pick<Mesh, "ports" | "host">, env: Environment): string {
  const scheme = env.TIDINGS_GATEWAY_TLS_CERT_FILE ? "https" : "http";
  return `${scheme}://${host}:${ports.gateway}`;
}

/** What a newcomer copies and pastes, in order: post as 1, read as a friend of 1, watch live. */
export function tryIt(url: string, tokens: { author: string; friend: string }): string {
  return [
    "Post as 1:",
    `  curl -s ${url}/v1/posts -H 'authorization: Bearer ${tokens.author}' -H 'content-type: application/json' -d '{"text":"Hello, friends"}'`,
    "Read as 2, a friend of 1:",
    `  curl -s '${url}/v1/timeline?include=posts' -H 'authorization: Bearer ${tokens.friend}'`,
    "Watch as 2, live (post again from another terminal; Ctrl-C ends it):",
    `  curl -sN ${url}/v1/timeline/stream -H 'authorization: Bearer ${tokens.friend}'`,
  ].join("\n");
}

/** In place of it, for a mesh that takes the tokens of somebody else. */
export function whoseTokens(env: Environment): string | undefined {
  const variable = ["TIDINGS_JWT_JWKS_URL", "TIDINGS_JWT_PUBLIC_KEY_FILE"].find(
    (name) => env[name],
  );
  if (variable === undefined) return undefined;
  return (
    `Tokens are those of the issuer that ${variable} names: what npm run token prints is not ` +
    "taken here."
  );
}

/** That the mesh listens somewhere else than it was asked to, if it does. */
export function otherHost(
  host: string,
  { TIDINGS_HOST: asked = "" }: Environment,
): string | undefined {
  if (asked === "" || asked === host) return undefined;
  return (
    `TIDINGS_HOST="${asked}" counts for a service that is started by itself (node services/NAME/main.ts): ` +
    `npm start listens on ${host} alone. A proxy in front of it is reached from elsewhere (docs/security.md).`
  );
}

/** Where everything is. */
export function whereabouts(
  {
    ports,
    plans,
    host,
    logFile,
    credentials,
  }: Pick<Mesh, "ports" | "plans" | "host" | "logFile" | "credentials">,
  dataDir: string,
  url: string,
): string {
  const { post, friend, ranking } = ports;
  const beside = Object.entries(ports.neighbours).map(([name, port]) => `${name} ${host}:${port}`);
  const timelines = ports.timeline.join(", :");
  const metrics = plans.map(({ metricsPort }) => metricsPort).sort((a, b) => a - b);
  const rows = [
    ["REST", `${url}  (docs at /docs, OpenAPI at /openapi.json)`],
    [
      "gRPC",
      `post ${host}:${post}, friend :${friend}, timeline :${timelines}, ranking :${ranking}`,
    ],
    ...(beside.length > 0 ? [["Beside", beside.join(", ")]] : []),
    [
      "Metrics",
      `${credentials.tls ? "https" : "http"}://${host}:${metrics[0]}/metrics, and :${metrics.slice(1).join(", :")}`,
    ],
    ...(ports.console === undefined
      ? []
      : [["Console", `http://${host}:${ports.console}/console  (token: ${tokenFileIn(dataDir)})`]]),
    ["Logs", logFile],
    ["Data", `${dataDir}  (npm run reset deletes it)`],
  ];
  return rows.map(([name, where]) => `${name?.padEnd(8)} ${where}`).join("\n");
}
