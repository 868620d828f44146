import { expect, it } from "vitest";
import { FuzzedMesh } from "../fuzz/fuzzed-mesh.ts";
import { play } from "../fuzz/play/play.ts";

/** `npm run fuzz` makes more of them. */
const CALLS = 100_000;
/** What a machine that does nothing else takes for one, many times over. */
const MOST_MS_A_CALL = 10;
const SEED = 16;

it(
  "answers whatever its RPCs and routes are sent",
  async () => {
    await using mesh = await FuzzedMesh.start();
    const { targets, broken } = mesh;
    const kinds = Map.groupBy(targets, ({ kind }) => kind);
    expect(kinds.get("route")?.length).toBeGreaterThan(25);
    const onBatch = () => mesh.checkHealth();
    const tally = await play({ targets, broken, seed: SEED, calls: CALLS, onBatch });
    expect(tally.faults).toEqual([]);
    expect([tally.calls, tally.byTarget().length]).toEqual([CALLS, targets.length]);
  },
  CALLS * MOST_MS_A_CALL,
);
