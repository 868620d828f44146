import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { userIdOf } from "../../../model/ids.ts";
import { ManualClock } from "../../clock/manual-clock.ts";
import { u64Key } from "../lmdb/keys.ts";
import { type Lmdb, openLmdb } from "../lmdb/open.ts";
import { damage } from "../testing/damage.ts";
import { LmdbPersonStates } from "./lmdb-person-states.ts";
import { ERASED_LIFE_MS } from "./person-key.ts";

const statesIn = (lmdb: Lmdb, clock: ManualClock) =>
  new LmdbPersonStates({
    ...{ lmdb, clock },
    table: lmdb.table("author-states"),
    changes: lmdb.table("person-changes"),
    as: "author",
  });

it("takes a person whose state is damaged for gone, and fails nobody else's reads", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-people-"));
  const clock = new ManualClock();
  const [erased, hidden, other] = [1n, 2n, 3n].map(userIdOf);
  let lmdb = openLmdb(folder);
  const states = statesIn(lmdb, clock);
  await states.set(erased, "erased");
  await states.set(hidden, "hidden");
  await lmdb.close();
  await damage(folder, u64Key(BigInt(clock.nowMs() + ERASED_LIFE_MS)));
  const damaged: string[] = [];
  lmdb = openLmdb(folder, { onDamage: ({ table }) => void damaged.push(table) });
  const found = statesIn(lmdb, clock).goneAmong([erased, hidden, other]);
  expect([...found.keys()]).toEqual([erased, hidden]);
  expect(damaged).toEqual(["author-states"]);
  await lmdb.close();
  await rm(folder, { recursive: true });
});

it("remembers the erased for a time, the hidden for ever, and tells them apart", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-people-"));
  const clock = new ManualClock();
  const lmdb = openLmdb(folder);
  const states = statesIn(lmdb, clock);
  const [erased, hidden, back] = [1n, 2n, 3n].map(userIdOf);
  expect(states.hidesAny).toBe(false);
  await states.set(erased, "erased");
  await states.set(hidden, "hidden");
  await states.set(back, "hidden");
  await states.set(back, "visible");
  expect([...states.goneAmong([back, hidden, erased, back])]).toEqual([
    [hidden, "hidden"],
    [erased, "erased"],
  ]);
  await clock.advance(ERASED_LIFE_MS);
  expect([...states.goneAmong([back, hidden, erased])]).toEqual([[hidden, "hidden"]]);
  await states.set(hidden, "visible");
  expect(states.hidesAny).toBe(false);
  await lmdb.close();
  await rm(folder, { recursive: true });
});
