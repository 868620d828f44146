import { type Environment, readVariable } from "./config.ts";
import { everyProcess } from "./every-process.ts";

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

/**
 * The default ports of every service, from TIDINGS_PORT_BASE. When that is wrong these are the
 * well-known ones: readConfig names the mistake, together with all others.
 */
export function defaultPorts(env: Environment): Readonly<Record<ServiceName, ServicePorts>> {
  const base = readVariable(everyProcess.portBase, env) ?? 0;
  const entries = SERVICES.map((service, index) => {
    const port = base === 0 ? WELL_KNOWN_PORTS[service] : base + index;
    const metricsPort = base === 0 ? FIRST_METRICS_PORT + index : base + METRICS_OFFSET + index;
    return [service, { port, metricsPort }];
  });
  return Object.fromEntries(entries);
}
