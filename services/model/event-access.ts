import type { Caller } from "./callers.ts";

/** What of the queues in the processes of the mesh a caller may publish in, and take from. */
export interface EventAccess {
  /** Names of queues, or of topics: what is published on a topic is in the queues of all its subscribers. */
  readonly publish: readonly string[];
  readonly consume: readonly string[];
}

const PARKED = ["parked-0", "parked-1", "parked-2", "parked-3"];
const GIVEN_UP = "dead-letters";
const OF_FANOUT = ["posts.fanout", "edges.fanout", "chunks", ...PARKED];
const OF_ENGAGEMENT = ["posts.engagement"];
const OF_GROWTH = ["posts.growth", "people.growth"];

/**
 * Caller x queue: beside the RPCs Publish and Consume it is checked which queue they name. Who is not here has none.
 * Nobody publishes on a topic from outside: posts, edges, people, reactions and erasures are told by the process
 * that knows them, in itself. A subscriber takes from its own queues, and gives up what it can't do anything with. The
 * console sends what was given up through its queue again, and leaves the topics alone.
 */
export const EVENT_ACCESS: Readonly<Partial<Record<Caller, EventAccess>>> = {
  fanout: { publish: ["chunks", ...PARKED, GIVEN_UP], consume: OF_FANOUT },
  engagement: { publish: [GIVEN_UP], consume: OF_ENGAGEMENT },
  growth: { publish: [GIVEN_UP], consume: OF_GROWTH },
  console: { publish: [...OF_FANOUT, ...OF_ENGAGEMENT, ...OF_GROWTH], consume: [GIVEN_UP] },
};

const USES: Readonly<Record<string, keyof EventAccess>> = {
  "/tidings.event.v1.EventService/Publish": "publish",
  "/tidings.event.v1.EventService/Consume": "consume",
};

/** By caller: asked for with each call. */
const QUEUES = { publish: queuesBy("publish"), consume: queuesBy("consume") };
const NONE: ReadonlySet<string> = new Set();

function queuesBy(use: keyof EventAccess): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    Object.entries(EVENT_ACCESS).map(([caller, access]) => [caller, new Set(access[use])]),
  );
}

/** Which queues a caller may name in requests of this RPC; undefined: it names none, or may name all. */
export function queuesFor(caller: string, path: string): ReadonlySet<string> | undefined {
  const use = Object.hasOwn(USES, path) ? USES[path] : undefined;
  if (use === undefined || caller === "operator") return undefined;
  return QUEUES[use].get(caller) ?? NONE;
}
