import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { MANIFEST_NAME, type PrefillManifest } from "../../prefill/manifest.ts";
import { type GivenScenario, scenario } from "../../scenarios/define.ts";
import { openWorld, type WorldOptions } from "./open-world.ts";

const folder = mkdtempSync(join(tmpdir(), "tidings-world-"));
afterAll(() => rmSync(folder, { recursive: true }));

function refused(given: Partial<GivenScenario>, options: Partial<WorldOptions>) {
  const asked = scenario({ name: "mine", about: "", ...given });
  return expect(openWorld(asked, { engine: "embedded", timelines: 1, ...options })).rejects;
}

function write(changes: Partial<PrefillManifest>): void {
  const manifest = {
    kind: "prefill",
    version: 1,
    world: { people: 20_000, seed: 7 },
    slice: { owners: 4, timelines: 1 },
    engine: "embedded",
    ...changes,
  };
  writeFileSync(join(folder, MANIFEST_NAME), JSON.stringify(manifest));
}

it("a running mesh is not for slices of owners, nor for faults", async () => {
  const owners = { slice: { kind: "owner", owners: 4 } } as const;
  await refused(owners, { running: true }).toThrow("is an owner slice");
  const faults = [{ kind: "restart", atSecond: 1, label: "post" }] as const;
  await refused({ ...owners, faults }, { running: true }).toThrow(
    "there are all owners; it has faults, and a running mesh is not ours to end or slow: leave --running out.",
  );
});

it("a prefilled folder is of the same world, or nothing is started", async () => {
  await refused({}, { world: folder }).toThrow("was not made by `npm run load -- prefill");
  write({ unusable: "its fill was not finished" });
  await refused({}, { world: folder }).toThrow("can't be used: its fill was not finished");
  write({});
  await refused({ world: { people: 20_000, meanFriends: 50 } }, { world: folder }).toThrow(
    `${folder} was filled with seed 7 and not 1, mean as published and not 50, owners 4 and not 1. ` +
      "Give the run the same (--seed, --mean, --owners), or fill another folder",
  );
});
