import {
  defaultPorts,
  NEIGHBOURS,
  type NeighbourName,
  type ServiceName,
  type ServicePorts,
} from "../../services/platform/config/ports.ts";

export type { NeighbourName, ServiceName };

/** In the order in which they stop, side by side within a wave: who sends first ends first. */
export const STOP_WAVES: readonly (readonly ServiceName[])[] = [
  ["gateway"],
  ["erasure"],
  ["engagement", "ratelimit", "bookstore", "growth"],
  ["fanout"],
  ["timeline"],
  ["ranking", "friend", "post"],
];

/** One process of a mesh. */
export interface ServicePlan {
  readonly name: ServiceName;
  /** Unique in the mesh: the service's name, numbered when there are several timeline processes. */
  readonly label: string;
  readonly main: string;
  readonly env: Readonly<Record<string, string>>;
  /** Where it serves; undefined for a worker, which serves metrics only. */
  readonly port: number | undefined;
  readonly metricsPort: number;
}

export interface MeshPorts {
  readonly gateway: number;
  readonly post: number;
  readonly friend: number;
  readonly timeline: readonly number[];
  readonly ranking: number;
  /** Of the neighbours that run. */
  readonly neighbours: Readonly<Partial<Record<NeighbourName, number>>>;
}

/** Further timeline processes lie beside the ports that every mesh has: 19 of them, and their metrics. */
const EXTRA_OFFSET = 27;
const EXTRA_METRICS_OFFSET = 37;
export const MAX_TIMELINES = 20;
/**
 * What a process is told in a mesh, and not when it runs by itself. Growth looks all over its arrays: with huge
 * pages a look that misses all caches costs a quarter (glibc's variable; elsewhere it is without effect).
 */
const OWN: Partial<Record<ServiceName, Readonly<Record<string, string>>>> = {
  growth: { TIDINGS_GROWTH_FEED: "mesh", GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" },
};
const ADDRESSED = ["post", "friend", "ranking"] as const;

export interface MeshChoice {
  /** Undefined: the well-known ports. */
  readonly base: number | undefined;
  /** Timeline processes. */
  readonly timelines: number;
  readonly host: string;
  /** Who runs beside the mesh; nobody by default. */
  readonly neighbours?: readonly NeighbourName[];
}

/** One plan a process, in the order in which they stop. */
export function planMesh({ base, timelines, host, neighbours = [] }: MeshChoice): {
  readonly ports: MeshPorts;
  readonly plans: readonly ServicePlan[];
} {
  const first = defaultPorts(base === undefined ? {} : { TIDINGS_PORT_BASE: String(base) });
  const timelinePorts = Array.from({ length: timelines }, (_, i) => timelineAt(first.timeline, i));
  const shared = {
    TIDINGS_HOST: host,
    TIDINGS_TIMELINE_ADDRESSES: timelinePorts.map(({ port }) => `${host}:${port}`).join(","),
    ...Object.fromEntries(
      [...ADDRESSED, ...neighbours].map((name) => [
        `TIDINGS_${name.toUpperCase()}_ADDRESSES`,
        `${host}:${first[name].port}`,
      ]),
    ),
  };
  const isAbsent = (name: ServiceName) =>
    NEIGHBOURS.some((one) => one === name) && !neighbours.some((one) => one === name);
  const present = STOP_WAVES.flat().filter((name) => !isAbsent(name));
  const plans = present.flatMap((name) =>
    name === "timeline"
      ? timelinePorts.map((ports, i) =>
          plan(name, timelines > 1 ? `timeline-${i}` : name, ports, {
            ...shared,
            TIDINGS_TIMELINE_INDEX: String(i),
          }),
        )
      : [plan(name, name, first[name], { ...shared, ...OWN[name] })],
  );
  const ports = {
    gateway: first.gateway.port,
    post: first.post.port,
    friend: first.friend.port,
    ranking: first.ranking.port,
    timeline: timelinePorts.map(({ port }) => port),
    neighbours: Object.fromEntries(neighbours.map((name) => [name, first[name].port])),
  };
  return { ports, plans };
}

function timelineAt({ port, metricsPort }: ServicePorts, index: number): ServicePorts {
  if (index === 0) return { port, metricsPort };
  return {
    port: port + EXTRA_OFFSET + index,
    metricsPort: metricsPort + EXTRA_METRICS_OFFSET + index,
  };
}

function plan(
  name: ServiceName,
  label: string,
  { port, metricsPort }: ServicePorts,
  env: Readonly<Record<string, string>>,
): ServicePlan {
  const prefix = `TIDINGS_${name.toUpperCase()}`;
  const serves = name !== "fanout";
  return {
    name,
    label,
    main: `services/${name}/main.ts`,
    port: serves ? port : undefined,
    metricsPort,
    env: {
      ...env,
      ...(serves ? { [`${prefix}_PORT`]: String(port) } : {}),
      [`${prefix}_METRICS_PORT`]: String(metricsPort),
    },
  };
}
