import type { Environment } from "./config.ts";
import { readConfig } from "./config.ts";
import { integer } from "./variables.ts";

/** The processes of the mesh, in the order of their ports. */
export const SERVICES = ["gateway", "post", "friend", "timeline", "ranking", "fanout"] as const;
export type ServiceName = (typeof SERVICES)[number];

/** Where one process listens. */
export interface ServicePorts {
  /** gRPC; HTTP for the gateway. */
  readonly port: number;
  readonly metricsPort: number;
}

const WELL_KNOWN_PORTS: Readonly<Record<ServiceName, number>> = {
  gateway: 8_080,
  post: 50_051,
  friend: 50_052,
  timeline: 50_053,
  ranking: 50_054,
  fanout: 50_055,
};
const FIRST_METRICS_PORT = 9_464;
const METRICS_OFFSET = 10;

const spec = {
  base: integer("TIDINGS_PORT_BASE", {
    default: 0,
    min: 0,
    max: 65_000,
    help: "N gives gateway N, post N+1 ... fanout N+5, metrics N+10 ...; 0 the well-known ports",
  }),
};

/** The default ports of every service, from TIDINGS_PORT_BASE. */
export function defaultPorts(env: Environment): Readonly<Record<ServiceName, ServicePorts>> {
  const { base } = readConfig(spec, env);
  const entries = SERVICES.map((service, index) => {
    const port = base === 0 ? WELL_KNOWN_PORTS[service] : base + index;
    const metricsPort = base === 0 ? FIRST_METRICS_PORT + index : base + METRICS_OFFSET + index;
    return [service, { port, metricsPort }];
  });
  return Object.fromEntries(entries);
}
