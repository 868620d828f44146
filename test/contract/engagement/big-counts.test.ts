import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bucketOf } from "../../../services/engagement/adapters/cql/buckets.ts";
import { CqlReactionEraser } from "../../../services/engagement/adapters/cql/cql-reaction-eraser.ts";
import { CqlReactionStore } from "../../../services/engagement/adapters/cql/cql-reaction-store.ts";
import { ReactionReads } from "../../../services/engagement/adapters/cql/reaction-reads.ts";
import { ReactionRows } from "../../../services/engagement/adapters/cql/reaction-rows.ts";
import { ENGAGEMENT_TABLES } from "../../../services/engagement/adapters/cql/schema.ts";
import { userIdOf } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { inParallel } from "../../../services/platform/concurrency/in-parallel.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { StepIds } from "../../support/step-ids.ts";

const address = await runningCql();
/** More than are counted anew each time. */
const LIKES = 1_500;

/** People whose likes lie in one partition. */
const people = Array.from({ length: 200 * LIKES }, (_, i) => BigInt(i + 1))
  .filter((id) => bucketOf(id) === 0)
  .slice(0, LIKES + 1)
  .map(userIdOf);

describe.skipIf(!address)(cqlTitle("counts of big partitions", address), () => {
  let keyspace: Awaited<ReturnType<typeof freshKeyspace>>;
  beforeAll(async () => {
    keyspace = await freshKeyspace(present(address));
    await migrate(keyspace.cql, ENGAGEMENT_TABLES);
  });
  afterAll(() => keyspace.drop());

  it("have what this process changed meanwhile", async () => {
    const { cql } = keyspace;
    const rows = new ReactionRows(cql, systemClock);
    const reads = new ReactionReads(cql);
    const ids = new StepIds(new ManualClock(Date.now()));
    const outbox = { write: async () => ({ done: () => {}, failed: () => {} }) };
    const store = new CqlReactionStore({ cql, rows, reads, outbox, ids, clock: systemClock });
    const eraser = new CqlReactionEraser(cql, rows, reads, systemClock);
    const post = ids.next();
    const [last, ...others] = people;
    await inParallel(64, others, (user) => store.like(user, post, "test"));
    const counted = async () => (await store.counts([post]))[0].likes;
    expect(await counted()).toBe(LIKES);
    await store.like(last, post, "test");
    await store.like(last, post, "test");
    expect(await counted()).toBe(LIKES + 1);
    await store.unlike(last, post, "test");
    await store.unlike(others[0], post, "test");
    expect(await counted()).toBe(LIKES - 1);
    await eraser.setAside([{ user: others[1], post, comment: 0n }], 1);
    expect(await counted()).toBe(LIKES - 2);
    await eraser.putBack([{ user: others[1], post, comment: 0n }], 2);
    expect(await counted()).toBe(LIKES - 1);
    await eraser.erase(others.slice(2, 5).map((user) => ({ user, post, comment: 0n })));
    expect(await counted()).toBe(LIKES - 4);
  });
});
