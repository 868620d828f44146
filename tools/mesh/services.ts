/** The processes of a mesh, in the order in which they stop: who sends first ends first. */

export const SERVICE_NAMES = [
  "gateway",
  "fanout",
  "timeline",
  "ranking",
  "friend",
  "post",
] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

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
  readonly metrics: number;
}

const DEFAULT_PORTS = {
  gateway: 8080,
  post: 50051,
  friend: 50052,
  timeline: 50053,
  ranking: 50054,
  metrics: 9464,
};
/** Beside the ports of one mesh, so that further timeline processes fit in. */
const EXTRA_TIMELINE_OFFSET = 20;

/** Which port everything gets; `base` undefined gives the well-known ports. */
export function portsOf(base: number | undefined, timelines: number): MeshPorts {
  const first =
    base === undefined
      ? DEFAULT_PORTS
      : {
          gateway: base,
          post: base + 1,
          friend: base + 2,
          timeline: base + 3,
          ranking: base + 4,
          metrics: base + 10,
        };
  const extra = Array.from(
    { length: timelines - 1 },
    (_, i) => first.ranking + EXTRA_TIMELINE_OFFSET + i,
  );
  return { ...first, timeline: [first.timeline, ...extra] };
}

/** One plan a process; metrics ports are counted up from the first, in the order of the plans. */
export function planMesh(ports: MeshPorts, host: string): readonly ServicePlan[] {
  const timelines = ports.timeline.map((port) => `${host}:${port}`).join(",");
  interface Placed {
    readonly name: ServiceName;
    readonly port: number | undefined;
    readonly index: number;
  }
  const placed = SERVICE_NAMES.flatMap((name): readonly Placed[] =>
    name === "timeline"
      ? ports.timeline.map((port, index) => ({ name, port, index }))
      : [{ name, port: name === "fanout" ? undefined : ports[name], index: 0 }],
  );
  return placed.map(({ name, port, index }, position) => {
    const metricsPort = ports.metrics + position;
    const several = name === "timeline" && ports.timeline.length > 1;
    const prefix = `TIDINGS_${name.toUpperCase()}`;
    return {
      name,
      label: several ? `${name}-${index}` : name,
      main: `services/${name}/main.ts`,
      port,
      metricsPort,
      env: {
        TIDINGS_HOST: host,
        TIDINGS_POST_ADDRESSES: `${host}:${ports.post}`,
        TIDINGS_FRIEND_ADDRESSES: `${host}:${ports.friend}`,
        TIDINGS_RANKING_ADDRESSES: `${host}:${ports.ranking}`,
        TIDINGS_TIMELINE_ADDRESSES: timelines,
        ...(name === "timeline" ? { TIDINGS_TIMELINE_INDEX: String(index) } : {}),
        ...(port === undefined ? {} : { [`${prefix}_PORT`]: String(port) }),
        [`${prefix}_METRICS_PORT`]: String(metricsPort),
      },
    };
  });
}
