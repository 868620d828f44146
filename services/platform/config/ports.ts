import { readVariable } from "./config.ts";
import { everyProcess } from "./every-process.ts";
import type { Environment } from "./variable.ts";

/** The processes of the mesh, in the order of their ports. */
export const SERVICES = ["gateway", "post", "friend", "timeline", "ranking", "fanout"] as const;
/** Services beside the mesh, each usable by itself, in the order of their ports. */
export const NEIGHBOURS = ["engagement", "erasure", "ratelimit", "bookstore", "growth"] as const;
export type NeighbourName = (typeof NEIGHBOURS)[number];
export type MeshServiceName = (typeof SERVICES)[number];
/** Looks at all of them; nobody calls it. */
export const CONSOLE = "console";
export type ServiceName = MeshServiceName | NeighbourName | typeof CONSOLE;

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
  engagement: 50_061,
  erasure: 50_062,
  ratelimit: 50_063,
  bookstore: 50_064,
  growth: 50_065,
  console: 8_090,
};
const FIRST_METRICS_PORT = 9_464;
const METRICS_OFFSET = 10;
/** From TIDINGS_PORT_BASE. */
const NEIGHBOURS_OFFSET = 20;
const NEIGHBOUR_METRICS_OFFSET = 25;
const FIRST_NEIGHBOUR_METRICS_PORT = 9_474;
/** After the processes of the mesh. */
const CONSOLE_PLACE = SERVICES.length;

/**
 * The default ports of every service, from TIDINGS_PORT_BASE. When that is wrong these are the
 * well-known ones: readConfig names the mistake, together with all others.
 */
export function defaultPorts(env: Environment): Readonly<Record<ServiceName, ServicePorts>> {
  const base = readVariable(everyProcess.portBase, env) ?? 0;
  const ports = (index: number, offset: number, metricsOffset: number) => ({
    port: base + offset + index,
    metricsPort: base + metricsOffset + index,
  });
  const wellKnown = (service: ServiceName, index: number, firstMetrics: number) => ({
    port: WELL_KNOWN_PORTS[service],
    metricsPort: firstMetrics + index,
  });
  const entries = [
    ...SERVICES.map((name, i) => [
      name,
      base === 0 ? wellKnown(name, i, FIRST_METRICS_PORT) : ports(i, 0, METRICS_OFFSET),
    ]),
    ...NEIGHBOURS.map((name, i) => [
      name,
      base === 0
        ? wellKnown(name, i, FIRST_NEIGHBOUR_METRICS_PORT)
        : ports(i, NEIGHBOURS_OFFSET, NEIGHBOUR_METRICS_OFFSET),
    ]),
    [
      CONSOLE,
      base === 0
        ? wellKnown(CONSOLE, CONSOLE_PLACE, FIRST_METRICS_PORT)
        : ports(CONSOLE_PLACE, 0, METRICS_OFFSET),
    ],
  ];
  return Object.fromEntries(entries);
}
