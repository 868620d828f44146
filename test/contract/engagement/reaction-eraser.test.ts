import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CqlReactionEraser } from "../../../services/engagement/adapters/cql/cql-reaction-eraser.ts";
import { CqlReactionStore } from "../../../services/engagement/adapters/cql/cql-reaction-store.ts";
import { ReactionReads } from "../../../services/engagement/adapters/cql/reaction-reads.ts";
import { ReactionRows } from "../../../services/engagement/adapters/cql/reaction-rows.ts";
import {
  ENGAGEMENT_TABLES,
  REACTOR_STATES,
} from "../../../services/engagement/adapters/cql/schema.ts";
import { LmdbReactionEraser } from "../../../services/engagement/adapters/lmdb/lmdb-reaction-eraser.ts";
import { LmdbReactionStore } from "../../../services/engagement/adapters/lmdb/lmdb-reaction-store.ts";
import { ReactionTables } from "../../../services/engagement/adapters/lmdb/reaction-tables.ts";
import type {
  Reaction,
  ReactionEraser,
  ReactionStore,
} from "../../../services/engagement/ports.ts";
import { type PostId, type UserId, userIdOf } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import type { PersonStates } from "../../../services/model/person-states.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { LmdbOutbox } from "../../../services/platform/messaging/outbox/lmdb-outbox.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { CqlPersonStates } from "../../../services/platform/storage/people/cql-person-states.ts";
import { LmdbPersonStates } from "../../../services/platform/storage/people/lmdb-person-states.ts";
import { aloneClock } from "../../support/engines/alone.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { StepIds } from "../../support/step-ids.ts";

const address = await runningCql();
const HOUR_MS = 3_600_000;

interface Fixture {
  readonly store: ReactionStore;
  readonly eraser: ReactionEraser;
  readonly states: PersonStates;
  readonly ids: StepIds;
  /** Of whoever writes. */
  readonly clock: ManualClock;
  close(): Promise<void>;
}

/** What every eraser promises of the order of changes. */
function reactionEraserContract(open: () => Promise<Fixture>): void {
  let fixture: Fixture;
  let person: UserId = userIdOf(1n);
  let post: PostId;
  let all: readonly Reaction[];

  beforeAll(async () => {
    fixture = await open();
  });
  beforeEach(async () => {
    person = userIdOf(person + 1n);
    post = fixture.ids.next();
    await fixture.store.like(person, post, "test");
    const draft = { authorId: person, postId: post, parentId: 0n, text: "mine", requestId: "" };
    await fixture.store.comment(draft, "test");
    all = (await fixture.eraser.by(person, "", 10)).items;
    expect(all).toHaveLength(2);
  });
  afterAll(() => fixture.close());

  const shown = async () => {
    const [counts] = await fixture.store.counts([post]);
    const texts = (await fixture.store.comments(post, 0n, 10)).map(({ text }) => text);
    return { ...counts, texts };
  };
  const HERE = { likes: 1, comments: 1, texts: ["mine"] };
  const GONE = { likes: 0, comments: 0, texts: [] };

  it("a change that was overtaken changes nothing, however late it comes", async () => {
    const { eraser, states } = fixture;
    await states.set(person, "hidden", 1);
    await eraser.setAside(all, 1);
    expect(await shown()).toEqual(GONE);
    await states.begin(person, 2);
    await eraser.putBack(all, 2);
    expect(await shown()).toEqual(HERE);
    await eraser.setAside(all, 1);
    expect(await shown()).toEqual(HERE);
    await states.set(person, "hidden", 3);
    await eraser.setAside(all, 3);
    await eraser.setAside(all, 3);
    await eraser.putBack(all, 2);
    expect(await shown()).toEqual(GONE);
  });

  it("the order of changes is that of their numbers, whatever the clock says", async () => {
    const { eraser, states, clock, store } = fixture;
    const move = async (state: "hidden" | "visible", change: number) => {
      await (state === "hidden" ? states.set(person, state, change) : states.begin(person, change));
      await (state === "hidden" ? eraser.setAside(all, change) : eraser.putBack(all, change));
      return shown();
    };
    clock.stepWall(-HOUR_MS);
    expect(await move("hidden", 1)).toEqual(GONE);
    clock.stepWall(-HOUR_MS);
    expect(await move("visible", 2)).toEqual(HERE);
    clock.stepWall(4 * HOUR_MS);
    expect(await move("hidden", 3)).toEqual(GONE);
    clock.stepWall(-3 * HOUR_MS);
    expect(await move("visible", 4)).toEqual(HERE);
    await store.deleteComment(present(all.find(({ comment }) => comment !== 0n)), "test");
    await store.unlike(person, post, "test");
    expect(await shown()).toEqual(GONE);
    clock.stepWall(HOUR_MS);
    expect(await move("visible", 5)).toEqual(GONE);
  });

  it("what is erased stays so, whatever comes late", async () => {
    const { eraser, states, clock } = fixture;
    await states.set(person, "hidden", 1);
    await eraser.setAside(all, 1);
    clock.stepWall(-HOUR_MS);
    await eraser.erase(all);
    clock.stepWall(HOUR_MS);
    expect((await eraser.by(person, "", 10)).items).toEqual([]);
    await eraser.putBack(all, 2);
    expect(await shown()).toEqual(GONE);
    expect((await eraser.on(post, "", 10)).items).toEqual([]);
  });
}

describe("erasing reactions, LMDB", () =>
  reactionEraserContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), "tidings-reactions-"));
    const lmdb = openLmdb(folder);
    const clock = new ManualClock(Date.now());
    const ids = new StepIds(clock);
    const tables = new ReactionTables(lmdb);
    const states = new LmdbPersonStates({
      ...{ lmdb, clock },
      table: lmdb.table("person-states"),
      changes: lmdb.table("person-changes"),
      as: "engagement",
    });
    const outbox = new LmdbOutbox(lmdb);
    return {
      ...{ states, ids, clock },
      store: new LmdbReactionStore({ lmdb, outbox, ids, clock }, tables),
      eraser: new LmdbReactionEraser(lmdb, tables, states),
      close: async () => {
        await lmdb.close();
        await rm(folder, { recursive: true });
      },
    };
  }));

describe.skipIf(!address)(cqlTitle("erasing reactions", address), () =>
  reactionEraserContract(async () => {
    const { cql, drop } = await freshKeyspace(present(address));
    await migrate(cql, ENGAGEMENT_TABLES);
    const clock = new ManualClock(Date.now());
    const ids = new StepIds(new ManualClock(Date.now()));
    const rows = new ReactionRows(cql, clock);
    const reads = new ReactionReads(cql);
    const outbox = { write: async () => ({ done: () => {}, failed: () => {} }) };
    return {
      ...{ ids, clock },
      states: new CqlPersonStates({ cql, ...REACTOR_STATES, clock: aloneClock }),
      store: new CqlReactionStore({ cql, rows, reads, outbox, ids, clock }),
      eraser: new CqlReactionEraser(cql, rows, reads, clock),
      close: drop,
    };
  }),
);
