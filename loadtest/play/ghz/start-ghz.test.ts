import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { SCENARIOS } from "../../scenarios/scenarios.ts";
import { ADDRESSES, PEOPLE, SEED } from "../../sessions/testing/plan-for.ts";
import type { OpenTarget } from "../../target/target.ts";
import { startGhz } from "./start-ghz.ts";

const WORLD = { people: PEOPLE, seed: SEED };
const TARGET = { addresses: ADDRESSES, ownerOf: () => 0 } as unknown as OpenTarget;
const GENERATOR = { driver: "ghz", connections: 1, maxOpen: 10, watchers: 0 } as const;
/** So far away that nothing is sent. */
const LATER_MS = 3_600_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tidings-no-ghz-"));
  vi.stubEnv("PATH", folder);
  vi.stubEnv("TIDINGS_CACHE_DIR", join(folder, "cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function start() {
  const scenario = { ...present(SCENARIOS.get("mix")), world: WORLD };
  return startGhz({ scenario, generator: GENERATOR, target: TARGET });
}

it("says how to install ghz when it is not there", async () => {
  using ghz = start();
  await expect(ghz.ready).rejects.toThrow("install it with `npm run grpc-clients`");
});

it("keeps nothing of a run that ends before its time, and says why", async () => {
  writeFileSync(join(folder, "ghz"), "", { mode: 0o755 });
  using ghz = start();
  await ghz.ready;
  ghz.start(Date.now() + LATER_MS);
  ghz.stop();
  const why = expect.stringMatching(/^ghz tells what it measured when it is done/);
  expect(await ghz.lost).toEqual(why);
  expect(await ghz.parts).toEqual({ parts: [], lost: [why] });
});
