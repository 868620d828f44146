import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { userIdOf } from "../../../services/model/ids.ts";
import type { PersonStates } from "../../../services/model/person-states.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { CqlPersonStates } from "../../../services/platform/storage/people/cql-person-states.ts";
import { LmdbPersonStates } from "../../../services/platform/storage/people/lmdb-person-states.ts";
import { openPeople } from "../../../services/platform/storage/people/open-people.ts";
import { AUTHOR_STATES, POST_TABLES } from "../../../services/post/adapters/cql/schema.ts";
import { memoryCql } from "../../../test/support/engines/memory-cql/memory-cql.ts";
import { MemoryKeyspace } from "../../../test/support/engines/memory-cql/memory-keyspace.ts";
import { hideBelow, hideIn } from "./hide-again.ts";

const [GONE, STAYING] = [userIdOf(2), userIdOf(3)];
const clock = new ManualClock();

async function isOneHidden(states: PersonStates): Promise<void> {
  expect([...(await states.goneAmong([GONE, STAYING])).keys()]).toEqual([GONE]);
  // The erasure service says it once more, by the same change.
  expect(await states.standing(GONE)).toEqual({ state: "hidden", change: 7 });
}

it("hides from whoever was restored, and makes nothing for who was not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tidings-hide-"));
  await openLmdb(join(folder, "post")).close();
  await openPeople(join(folder, "bookstore-people"), "bookstore", clock).close();
  await hideBelow(folder, new Map([[GONE, 7]]));
  expect((await readdir(folder)).sort()).toEqual(["bookstore-people", "post"]);
  const post = openLmdb(join(folder, "post"));
  await isOneHidden(
    new LmdbPersonStates({
      ...{ lmdb: post, clock, as: "author" },
      table: post.table("author-states"),
      changes: post.table("person-changes"),
    }),
  );
  await post.close();
  const bookstore = openPeople(join(folder, "bookstore-people"), "bookstore", clock);
  await isOneHidden(bookstore.people);
  await bookstore.close();
  await rm(folder, { recursive: true });
});

it("hides in a keyspace with the tables that it has", async () => {
  const cql = memoryCql(new MemoryKeyspace(clock.nowMs()));
  await migrate(cql, POST_TABLES);
  await hideIn(cql, new Set([AUTHOR_STATES.table]), new Map([[GONE, 7]]));
  await isOneHidden(new CqlPersonStates({ cql, ...AUTHOR_STATES, clock }));
});
