import { keyOf, unit } from "../../population/hash.ts";
import { intendedTimes } from "../pacers/arrivals.ts";
import { constant } from "../pacers/shapes.ts";
import type { Step } from "../run/step.ts";
import type { Scenario, SurgeSpec } from "../scenarios/scenario.ts";
import type { AskPage, Protocol } from "./asking.ts";
import { FLOOD_PAGE, HOT_PAGE } from "./operations.ts";
import {
  celebrityOf,
  hottestViewer,
  type Picked,
  pickActive,
  pickInactive,
  surgeKey,
} from "./pick-people.ts";

export interface SurgeContext {
  readonly scenario: Pick<Scenario, "warmUpSeconds" | "world">;
  readonly population: Picked;
  readonly generator: number;
  readonly generators: number;
  readonly ownerOf: (viewer: number) => number;
  /** As the load speaks, with the patience that a surge asks for. */
  readonly protocol: Protocol;
  /** The timelines spoken to directly, whatever the load speaks, with the same patience. */
  readonly direct: Protocol;
  /** Each call on a connection of its own. */
  readonly freshConnections: Protocol;
  /** Unlike any other run's. */
  readonly run: string;
}

type Steps = Generator<Step, void, void>;
type SurgeOf<K extends SurgeSpec["kind"]> = Extract<SurgeSpec, { readonly kind: K }>;

/** The steps of the surge at `index` of the scenario. Its operations have names of their own. */
export function surgeSteps(surge: SurgeSpec, index: number, context: SurgeContext): Steps {
  const { population, protocol, freshConnections, scenario } = context;
  const key = surgeKey(scenario.world.seed, index);
  switch (surge.kind) {
    case "celebrity post":
      return celebrityPosts(surge, index, context);
    case "mass return": {
      const ask = protocol.pages({ page: "return.page", posts: "return.posts" });
      const who = { count: surge.people, people: pickInactive(population, key) };
      return pagesOnce({ surge, index, context, ask, who });
    }
    case "refresh": {
      const ask = protocol.pages({ page: "refresh.page", posts: "refresh.posts" });
      const who = { count: surge.people, people: pickActive(population, key) };
      return pagesOnce({ surge, index, context, ask, who });
    }
    case "hot viewer":
      return hotPages(surge, key, context);
    case "flood":
      return floodPages(surge, key, context);
    case "connections": {
      const ask = freshConnections.pages({ page: "connection.first-page" });
      const who = { count: surge.connections, people: again(() => pickActive(population, key)) };
      return pagesOnce({ surge, index, context, ask, who });
    }
  }
}

/** A second apart: each has its own fan-out. */
function celebrityPosts(
  { atSecond, posts }: SurgeOf<"celebrity post">,
  index: number,
  { scenario, population, generator, generators, protocol, run }: SurgeContext,
): Steps {
  const ask = protocol.posts("celebrity.post");
  const author = celebrityOf(population);
  return (function* () {
    for (let post = generator; post < posts; post += generators) {
      const intendedMicros = (scenario.warmUpSeconds + atSecond + post) * 1e6;
      const requestId = `${run}-surge-${index}-${post}`;
      yield ask({ author, textNumber: post, requestId }, { intendedMicros, session: 0 });
    }
  })();
}

/** A page of each, evenly over the time but for chance. */
function* pagesOnce({
  surge: { atSecond, overSeconds },
  index,
  context: { scenario, generator, generators },
  ask,
  who: { count, people },
}: {
  readonly surge: { readonly atSecond: number; readonly overSeconds: number };
  readonly index: number;
  readonly context: SurgeContext;
  readonly ask: AskPage;
  readonly who: { readonly count: number; readonly people: Iterable<number> };
}): Steps {
  const startMicros = (scenario.warmUpSeconds + atSecond) * 1e6;
  const key = keyOf(surgeKey(scenario.world.seed, index), 1);
  let i = 0;
  for (const viewer of people) {
    if (i === count) return;
    if (i % generators === generator) {
      const share = (i + unit(keyOf(key, i))) / count;
      const intendedMicros = Math.round(startMicros + share * overSeconds * 1e6);
      const when = { intendedMicros, session: surgeSession(index, i) };
      yield* ask({ viewer, token: undefined }, "top", when);
    }
    i++;
  }
}

/** Below 0, where no session of the traffic is. */
function surgeSession(index: number, i: number): number {
  return -(index * 2 ** 32 + i + 1);
}

function hotPages(surge: SurgeOf<"hot viewer">, key: number, context: SurgeContext): Steps {
  const { population, ownerOf, protocol } = context;
  const ask = protocol.pages({ page: HOT_PAGE });
  const viewer = hottestViewer(population, (person) => ownerOf(person) >= 0);
  const people = viewer === undefined ? [] : [viewer];
  return pagesAtRate({ surge, key, context, ask, people: () => people });
}

function floodPages(surge: SurgeOf<"flood">, key: number, context: SurgeContext): Steps {
  const protocol = surge.from === "one address" ? context.protocol : context.direct;
  const ask = protocol.pages({ page: FLOOD_PAGE });
  const people = () => pickActive(context.population, key);
  return pagesAtRate({ surge, key, context, ask, people });
}

/** At random times, each alone. */
function* pagesAtRate({
  surge: { atSecond, seconds, perSecond },
  key,
  context: { scenario, generator, generators },
  ask,
  people,
}: {
  readonly surge: SurgeOf<"hot viewer" | "flood">;
  readonly key: number;
  readonly context: SurgeContext;
  readonly ask: AskPage;
  /** In whose turn; all over again when each has had one. */
  readonly people: () => Iterable<number>;
}): Steps {
  const startMicros = (scenario.warmUpSeconds + atSecond) * 1e6;
  const load = { seed: key, spread: "poisson", part: generator, parts: generators } as const;
  const times = intendedTimes(constant(perSecond, seconds), load);
  for (const viewer of again(people)) {
    const { value: micros, done } = times.next();
    if (done) return;
    const when = { intendedMicros: startMicros + micros, session: 0 };
    yield* ask({ viewer, token: undefined }, "top", when);
  }
}

/** The same once more when it ends; nothing when there is nobody. */
function* again(people: () => Iterable<number>): Generator<number, void, void> {
  for (let before = -1, count = 0; count > before; ) {
    before = count;
    for (const person of people()) {
      count++;
      yield person;
    }
  }
}
