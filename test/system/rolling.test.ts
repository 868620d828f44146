import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type Replaced, roll, rollOrder } from "../../tools/rolling/roll.ts";
import { ownMesh } from "../../tools/trial/own-mesh.ts";
import { runTrial } from "../../tools/trial/trial.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ENGINES = resolve(ROOT, process.env.TIDINGS_DATA_DIR ?? ".data");
const PEOPLE = 8;
/** An embedded service is one process: long enough for any machine to start another. */
const RETRY_AFTER_MS = 20_000;
/** Seven processes one after the other, on a machine that does other things. */
const BOUND_MS = 600_000;

/** `npm run rolling -- restart` is the same, for longer, and on CQL with two processes a service. */
describe("a mesh, process by process", () => {
  test("is started anew under load, and clients that retry once see nothing", {
    timeout: BOUND_MS,
  }, async () => {
    const env = { ...process.env, TIDINGS_ENGINE: "embedded" };
    await using own = await ownMesh("rolling", env, ENGINES);
    const replaced: Replaced[] = [];
    const { verdict, streams, errors, deeds } = await runTrial({
      mesh: { ...own.options, root: ROOT, timelines: 2 },
      people: PEOPLE,
      retryAfterMs: RETRY_AFTER_MS,
      calmMs: 500,
      happen: (mesh) =>
        roll({ mesh, between: async () => {}, onReplaced: (one) => replaced.push(one) }),
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
