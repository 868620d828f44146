import {
  CONSOLE,
  defaultPorts,
  NEIGHBOURS,
  type NeighbourName,
  type ServiceName,
  type ServicePorts,
} from "../../services/platform/config/ports.ts";

export type { NeighbourName, ServiceName };

/** In the order in which they stop, side by side within a wave: who sends first ends first. */
export const STOP_WAVES: readonly (readonly ServiceName[])[] = [
  ["gateway", CONSOLE],
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
  /** What Node itself is told. */
  readonly nodeFlags: readonly string[];
  /** The address that it listens on. */
  readonly host: string;
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
  /** When it has one. */
  readonly console?: number;
}

/** Further timeline processes lie beside the ports that every mesh has: 19 of them, and their metrics. */
const EXTRA_OFFSET = 27;
const EXTRA_METRICS_OFFSET = 37;
export const MAX_TIMELINES = 20;
/** And beyond those, further processes of services that keep nothing themselves: a block of ports a copy. */
const COPY_OFFSET = 70;
const COPY_PORTS = 20;
export const MAX_COPIES = 3;
const COPIED: readonly ServiceName[] = ["gateway", "post", "friend", "ranking", "fanout"];
/**
 * What a process is told in a mesh, and not when it runs by itself. Growth looks all over its arrays: with huge
 * pages a look that misses all caches costs a quarter (glibc's variable; elsewhere it is without effect).
 */
const OWN: Partial<Record<ServiceName, Readonly<Record<string, string>>>> = {
  growth: { TIDINGS_GROWTH_FEED: "mesh", GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" },
};
/**
 * Of what thousands of orders in flight are made dies young, if the young generation is large enough for it to do
 * so: copied, it costs a third of the bookstore's CPU.
 */
const NODE_FLAGS: Partial<Record<ServiceName, readonly string[]>> = {
  bookstore: ["--max-semi-space-size=64"],
};
const ADDRESSED = ["post", "friend", "ranking"] as const;

export interface MeshChoice {
  /** Undefined: the well-known ports. */
  readonly base: number | undefined;
  /** Timeline processes. */
  readonly timelines: number;
  readonly host: string;
  /** Who listens elsewhere, by label. */
  readonly hostOf?: (label: string) => string;
  /** Processes of gateway, post, friend, ranking and fanout each; more than 1 on CQL only, and with a base. */
  readonly copies?: number;
  /** Who runs beside the mesh; nobody by default. */
  readonly neighbours?: readonly NeighbourName[];
  /** Whether operators look at it; they do not by default. */
  readonly console?: boolean;
}

/** One process, before it is known where the others are. */
interface Placed extends ServicePorts {
  readonly name: ServiceName;
  readonly label: string;
  readonly host: string;
}

/** One plan a process, in the order in which they stop. */
export function planMesh(choice: MeshChoice): {
  readonly ports: MeshPorts;
  readonly plans: readonly ServicePlan[];
} {
  const { neighbours = [] } = choice;
  const placed = placeAll(choice);
  const of = (name: ServiceName) => placed.filter((one) => one.name === name);
  const addresses = (name: ServiceName) =>
    of(name)
      .map(({ host, port }) => `${host}:${port}`)
      .join(",");
  const shared = Object.fromEntries(
    (["timeline", ...ADDRESSED, ...neighbours] as const).map((name) => [
      `TIDINGS_${name.toUpperCase()}_ADDRESSES`,
      addresses(name),
    ]),
  );
  const plans = placed.map((one) => {
    const index = { TIDINGS_TIMELINE_INDEX: String(of("timeline").indexOf(one)) };
    const own = one.name === "timeline" ? index : OWN[one.name];
    const looks = one.name === CONSOLE ? { TIDINGS_CONSOLE_PROCESSES: processesOf(placed) } : {};
    return plan(one, { TIDINGS_HOST: one.host, ...shared, ...own, ...looks });
  });
  const portOf = (name: ServiceName) => of(name)[0].port;
  const ports = {
    gateway: portOf("gateway"),
    post: portOf("post"),
    friend: portOf("friend"),
    ranking: portOf("ranking"),
    timeline: of("timeline").map(({ port }) => port),
    neighbours: Object.fromEntries(neighbours.map((name) => [name, portOf(name)])),
    ...(choice.console && { console: portOf(CONSOLE) }),
  };
  return { ports, plans };
}

/** Where everybody but the console shows how it is. */
function processesOf(placed: readonly Placed[]): string {
  const others = placed.filter(({ name }) => name !== CONSOLE).toReversed();
  return others.map(({ label, host, metricsPort }) => `${label}=${host}:${metricsPort}`).join(",");
}

function placeAll({ base, timelines, host, ...choice }: MeshChoice): readonly Placed[] {
  const { hostOf = () => host, copies = 1, neighbours = [] } = choice;
  if (copies > MAX_COPIES) throw new RangeError(`copies: ${copies} is more than ${MAX_COPIES}`);
  const first = defaultPorts(base === undefined ? {} : { TIDINGS_PORT_BASE: String(base) });
  const isAbsent = (name: ServiceName) =>
    name === CONSOLE
      ? choice.console !== true
      : NEIGHBOURS.some((one) => one === name) && !neighbours.some((one) => one === name);
  const present = STOP_WAVES.flat().filter((name) => !isAbsent(name));
  return present.flatMap((name) => {
    const isTimeline = name === "timeline";
    const places = isTimeline
      ? Array.from({ length: timelines }, (_, i) => timelineAt(first.timeline, i))
      : copiesOf(name, first[name], copies);
    return places.map((ports, i) => {
      const isNumbered = isTimeline ? timelines > 1 : i > 0;
      const label = isNumbered ? `${name}-${i}` : name;
      return { ...ports, name, label, host: hostOf(label) };
    });
  });
}

function copiesOf(
  name: ServiceName,
  { port, metricsPort }: ServicePorts,
  copies: number,
): readonly ServicePorts[] {
  const count = COPIED.includes(name) ? copies : 1;
  return Array.from({ length: count }, (_, i) => {
    const offset = i === 0 ? 0 : COPY_OFFSET + (i - 1) * COPY_PORTS;
    return { port: port + offset, metricsPort: metricsPort + offset };
  });
}

function timelineAt({ port, metricsPort }: ServicePorts, index: number): ServicePorts {
  if (index === 0) return { port, metricsPort };
  return {
    port: port + EXTRA_OFFSET + index,
    metricsPort: metricsPort + EXTRA_METRICS_OFFSET + index,
  };
}

function plan(
  { name, label, host, port, metricsPort }: Placed,
  env: Readonly<Record<string, string>>,
): ServicePlan {
  const prefix = `TIDINGS_${name.toUpperCase()}`;
  const serves = name !== "fanout";
  return {
    ...{ name, label, host, metricsPort },
    main: name === CONSOLE ? "console/main.ts" : `services/${name}/main.ts`,
    nodeFlags: NODE_FLAGS[name] ?? [],
    port: serves ? port : undefined,
    env: {
      ...env,
      ...(serves ? { [`${prefix}_PORT`]: String(port) } : {}),
      [`${prefix}_METRICS_PORT`]: String(metricsPort),
    },
  };
}
