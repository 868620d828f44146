import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { FAULTS, whyNot } from "../../tools/chaos/catalogue.ts";
import { runFault } from "../../tools/chaos/run-fault.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const ENGINES = resolve(ROOT, process.env.TIDINGS_DATA_DIR ?? ".data");
const PEOPLE = 6;
const BOUND_MS = 300_000;

/** Two of those that `npm run chaos` runs: the ones that nobody notices at once. */
const SOME = ["half-open-post", "blackhole-timeline"];

describe("a mesh loses and repeats nothing, whatever happens", () => {
  const faults = SOME.map((name) => present(FAULTS.find((one) => one.name === name)));
  test.for(faults)("$name: $what", { timeout: BOUND_MS }, async (fault, { skip }) => {
    const reason = whyNot(fault, false);
    skip(reason !== undefined, reason);
    const env = { ...process.env, TIDINGS_ENGINE: "embedded" };
    const options = { root: ROOT, env, engines: ENGINES, people: PEOPLE };
    const { verdict, deeds } = await runFault(fault, options);
    expect(verdict).toMatchObject({ lost: [], repeated: [], disordered: [] });
    expect(deeds.acknowledged.length).toBeGreaterThan(PEOPLE);
  });
});

test("every fault has a name of its own", () => {
  const names = FAULTS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
