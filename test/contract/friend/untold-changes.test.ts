import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cqlUntoldChanges } from "../../../services/friend/adapters/cql/lists/cql-untold-changes.ts";
import { FRIEND_TABLES } from "../../../services/friend/adapters/cql/schema.ts";
import { lmdbUntoldChanges } from "../../../services/friend/adapters/lmdb/lmdb-untold-changes.ts";
import type { UntoldChanges } from "../../../services/friend/ports.ts";
import { userIdOf } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { UNTOLD_KEPT_MS } from "../../../services/model/limits.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { memoryCql } from "../../support/engines/memory-cql/memory-cql.ts";
import { MemoryKeyspace } from "../../support/engines/memory-cql/memory-keyspace.ts";

const address = await runningCql();
const [ANNA, BEN, CLEO] = [1n, 2n, 3n].map(userIdOf);
const ALL = 1_000;
/** Three buckets, and a part of one. */
const LATER_MS = 35_000;

interface Fixture {
  /** As one more process sees them. */
  process(clock: ManualClock): UntoldChanges;
  close(): Promise<void>;
}

describe("untold changes, LMDB", () =>
  contract(async () => {
    const folder = await mkdtemp(join(tmpdir(), "tidings-untold-"));
    const lmdb = openLmdb(folder);
    const close = async () => {
      await lmdb.close();
      await rm(folder, { recursive: true });
    };
    return { process: (clock) => lmdbUntoldChanges(lmdb, clock), close };
  }));

describe("untold changes, CQL in memory", () =>
  contract(async () => {
    const cql = memoryCql(new MemoryKeyspace(Date.now()));
    await migrate(cql, FRIEND_TABLES);
    return { process: (clock) => cqlUntoldChanges(cql, clock), close: async () => {} };
  }));

describe.skipIf(!address)(cqlTitle("untold changes", address), () =>
  contract(async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    await migrate(cql, FRIEND_TABLES);
    return { process: (clock) => cqlUntoldChanges(cql, clock), close: drop };
  }),
);

function contract(open: () => Promise<Fixture>): void {
  let fixture: Fixture;
  beforeEach(async () => {
    fixture = await open();
  });
  afterEach(() => fixture.close());

  it("has what any process noted, oldest first, from a moment on, and no more than is asked for", async () => {
    const clock = new ManualClock();
    const [one, other] = [fixture.process(clock), fixture.process(clock)];
    const beganMs = clock.nowMs();
    await one.note(ANNA, BEN);
    await clock.advance(LATER_MS);
    await other.note(CLEO, ANNA);
    const first = { user: ANNA, friend: BEN, atMs: beganMs };
    const second = { user: CLEO, friend: ANNA, atMs: beganMs + LATER_MS };
    expect(await other.since(beganMs, ALL)).toEqual([first, second]);
    expect(await one.since(beganMs, 1)).toEqual([first]);
    expect(await one.since(beganMs + 1, ALL)).toEqual([second]);
    expect(await one.since(beganMs + LATER_MS + 1, ALL)).toEqual([]);
  });

  it("has all of one moment", async () => {
    const clock = new ManualClock();
    const changes = fixture.process(clock);
    await Promise.all([BEN, CLEO].map((friend) => changes.note(ANNA, friend)));
    const noted = await changes.since(0, ALL);
    expect(noted.map(({ friend }) => friend).sort()).toEqual([BEN, CLEO]);
  });

  it("lets go of what is older than is promised, little by little", async () => {
    const clock = new ManualClock();
    const changes = fixture.process(clock);
    const beganMs = clock.nowMs();
    for (const friend of [BEN, CLEO]) await changes.note(ANNA, friend);
    await clock.advance(UNTOLD_KEPT_MS + 1);
    await changes.note(BEN, CLEO);
    const noted = await changes.since(beganMs, ALL);
    expect(noted.map(({ user }) => user)).toEqual([BEN]);
  });
}
