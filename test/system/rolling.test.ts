import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { type Replaced, roll, rollOrder } from "../../tools/rolling/roll.ts";
import { developmentToken } from "../../tools/token/development-token.ts";
import type { Retry } from "../../tools/trial/one-retry.ts";
import { ownMesh } from "../../tools/trial/own-mesh.ts";
import { runTrial } from "../../tools/trial/trial.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ENGINES = resolve(ROOT, process.env.TIDINGS_DATA_DIR ?? ".data");
const PEOPLE = 8;
/** Seven processes one after the other, on a machine that does other things. */
const BOUND_MS = 600_000;
/** Of the gateway: between them they ask every service of the mesh. */
const PATHS = ["posts", "timeline?include=posts&order=ranked", "friends/count"];
const LOOK_AGAIN_MS = 50;

/**
 * An embedded service is one process: who failed tries again once the new one is found, and the next process is
 * replaced behind that. However long a start takes, a second try meets one replacement.
 */
class Turns {
  #found = Promise.withResolvers<void>();
  readonly #retrying = new Set<Promise<unknown>>();

  constructor() {
    this.#found.resolve();
  }

  readonly retry: Retry = async (again) => {
    const retrying = this.#found.promise.then(again);
    this.#retrying.add(retrying);
    return await retrying.finally(() => this.#retrying.delete(retrying));
  };

  replacing(): void {
    this.#found = Promise.withResolvers();
  }

  /** Resolves when all who waited for it have tried again. */
  async found(): Promise<void> {
    this.#found.resolve();
    while (this.#retrying.size > 0) await Promise.allSettled(this.#retrying);
  }
}

/** Resolves when everybody is answered at all of these. */
async function untilAnswered(urls: readonly string[], tokens: readonly string[]): Promise<void> {
  const isAnswered = (url: string, token: string) =>
    fetch(url, { headers: { authorization: `Bearer ${token}` } }).then(
      async (answer) => (await answer.text()) !== "" && answer.ok,
      () => false,
    );
  for (;;) {
    const answers = tokens.flatMap((token) => urls.map((url) => isAnswered(url, token)));
    if ((await Promise.all(answers)).every(Boolean)) return;
    await systemClock.delay(LOOK_AGAIN_MS);
  }
}

/** `npm run rolling -- restart` is the same, for longer, and on CQL with two processes a service. */
describe("a mesh, process by process", () => {
  test("is started anew under load, and clients that retry once see nothing", {
    timeout: BOUND_MS,
  }, async () => {
    const env = { ...process.env, TIDINGS_ENGINE: "embedded" };
    await using own = await ownMesh("rolling", env, ENGINES);
    const replaced: Replaced[] = [];
    const turns = new Turns();
    const { verdict, streams, errors, deeds } = await runTrial({
      mesh: { ...own.options, root: ROOT, timelines: 2 },
      people: PEOPLE,
      retry: turns.retry,
      calmMs: 500,
      happen: async (mesh) => {
        const urls = PATHS.map((path) => `http://${mesh.host}:${mesh.ports.gateway}/v1/${path}`);
        const where = { ...own.options.env, TIDINGS_DATA_DIR: own.options.dataDir };
        const people = Array.from({ length: PEOPLE }, (_, i) => BigInt(i + 1));
        const tokens = await Promise.all(people.map((one) => developmentToken(one, where)));
        await roll({
          mesh,
          between: async () => {
            await untilAnswered(urls, tokens);
            await turns.found();
          },
          onReplacing: () => turns.replacing(),
          onReplaced: (one) => replaced.push(one),
        });
      },
    });
    expect(verdict).toMatchObject({ lost: [], repeated: [], disordered: [] });
    expect(streams.unseen).toEqual([]);
    expect([...errors.seen]).toEqual([]);
    expect(deeds.acknowledged.length).toBeGreaterThan(PEOPLE);
    expect(replaced).toHaveLength(7);
  });
});

test("whoever answers is replaced before who asks", () => {
  const names = ["gateway", "timeline", "fanout", "post", "erasure", "friend"] as const;
  const plans = names.map((name) => ({
    ...{ name, label: name, main: "", host: "", env: {}, nodeFlags: [], port: 0, metricsPort: 0 },
  }));
  const order = rollOrder(plans).map(({ name }) => name);
  expect(order).toEqual(["post", "friend", "timeline", "fanout", "erasure", "gateway"]);
});
