import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PostId } from "../../../services/model/ids.ts";
import { MAX_ID, userIdOf } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import type { PersonStates } from "../../../services/model/person-states.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import type { Cql, CqlValue } from "../../../services/platform/storage/cql/session.ts";
import { type Lmdb, openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { CqlPersonStates } from "../../../services/platform/storage/people/cql-person-states.ts";
import { LmdbPersonStates } from "../../../services/platform/storage/people/lmdb-person-states.ts";
import { ERASED_LIFE_MS } from "../../../services/platform/storage/people/person-key.ts";
import { AuthorIndex } from "../../../services/post/adapters/cql/author-index.ts";
import { PostRows } from "../../../services/post/adapters/cql/post-rows.ts";
import { AUTHOR_STATES, POST_TABLES } from "../../../services/post/adapters/cql/schema.ts";
import { encodePost } from "../../../services/post/domain/post-message.ts";
import { aloneClock } from "../../support/engines/alone.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { StepIds } from "../../support/step-ids.ts";
import { until } from "../../support/until.ts";

const address = await runningCql();
const [one, two, three] = [1n, 2n, 3n].map(userIdOf);

const statesIn = (lmdb: Lmdb, clock: ManualClock) =>
  new LmdbPersonStates({
    ...{ lmdb, clock },
    table: lmdb.table("author-states"),
    changes: lmdb.table("person-changes"),
    as: "author",
  });

/** What every memory of hidden authors promises. */
function authorStatesContract(
  open: () => Promise<{ readonly states: PersonStates; close(): Promise<void> }>,
): void {
  let fixture: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    fixture = await open();
  });
  afterAll(() => fixture.close());

  it("knows who is hidden or erased, and who is again visible", async () => {
    const { states } = fixture;
    expect(await states.goneAmong([one, two])).toEqual(new Map());
    await Promise.all([states.set(one, "hidden"), states.set(two, "erased")]);
    expect(states.hidesAny).toBe(true);
    expect(await states.goneAmong([three, one, two])).toEqual(
      new Map([
        [one, "hidden"],
        [two, "erased"],
      ]),
    );
    await states.set(one, "visible");
    expect(await states.goneAmong([three, one, two])).toEqual(new Map([[two, "erased"]]));
  });

  it("keeps to the last change of a person, whatever comes late or again", async () => {
    const { states } = fixture;
    const person = userIdOf(70n);
    expect(await states.standing(person)).toEqual({ state: "visible", change: 0 });
    expect(await states.set(person, "hidden", 5)).toBe(5);
    expect(await states.set(person, "visible", 4)).toBe(5);
    expect(await states.standing(person)).toEqual({ state: "hidden", change: 5 });
    expect(await states.begin(person, 6)).toBe(6);
    expect(await states.standing(person)).toEqual({ state: "hidden", change: 6 });
    expect(await states.set(person, "hidden", 5)).toBe(6);
    expect(await states.set(person, "visible", 6)).toBe(6);
    expect(await states.set(person, "visible", 6)).toBe(6);
    expect(await states.begin(person, 5)).toBe(6);
    expect(await states.standing(person)).toEqual({ state: "visible", change: 6 });
    expect(await states.set(person, "erased")).toBe(7);
    expect(await states.goneAmong([person])).toEqual(new Map([[person, "erased"]]));
    const others = ["hidden", "visible", "hidden"] as const;
    await Promise.all(others.map((state, i) => states.set(person, state, 10 - i)));
    expect(await states.standing(person)).toEqual({ state: "hidden", change: 10 });
    await states.set(person, "visible");
  });
}

describe("hidden authors, LMDB", () => {
  const clock = new ManualClock();
  let folder: string;
  let lmdb: ReturnType<typeof openLmdb>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "tidings-states-"));
    lmdb = openLmdb(folder);
  });
  afterAll(async () => {
    await lmdb.close();
    await rm(folder, { recursive: true });
  });
  authorStatesContract(async () => ({
    states: statesIn(lmdb, clock),
    close: async () => {},
  }));

  it("forgets an erased author in time, and not a hidden one", async () => {
    const states = statesIn(lmdb, clock);
    await states.set(one, "hidden");
    await states.set(two, "erased");
    clock.stepWall(ERASED_LIFE_MS);
    expect(states.goneAmong([one, two])).toEqual(new Map([[one, "hidden"]]));
    await states.set(one, "visible");
    expect(states.hidesAny).toBe(false);
    expect(statesIn(lmdb, clock).hidesAny).toBe(false);
  });
});

describe.skipIf(!address)(cqlTitle("hidden authors", address), () => {
  let keyspace: Awaited<ReturnType<typeof freshKeyspace>>;
  beforeAll(async () => {
    keyspace = await freshKeyspace(present(address));
    await migrate(keyspace.cql, POST_TABLES);
  });
  afterAll(() => keyspace.drop());
  authorStatesContract(async () => ({
    states: new CqlPersonStates({ cql: keyspace.cql, ...AUTHOR_STATES, clock: aloneClock }),
    close: async () => {},
  }));

  it("reads nothing of people it knows while nobody changes, and sees another replica's change in time", async () => {
    const read: string[] = [];
    const clock = new ManualClock();
    const { cql } = keyspace;
    const counting: Cql = Object.assign(Object.create(cql), {
      run: (query: string, values: readonly CqlValue[]) => {
        read.push(query);
        return cql.run(query, values);
      },
    });
    const [mine, other] = [counting, cql].map(
      (session) => new CqlPersonStates({ cql: session, ...AUTHOR_STATES, clock }),
    );
    const author = userIdOf(40n);
    expect(await mine.goneAmong([author])).toEqual(new Map());
    read.length = 0;
    expect(mine.goneAmong([author])).toEqual(new Map());
    await clock.advance(1_001);
    expect(await mine.goneAmong([author])).toEqual(new Map());
    expect(read).toEqual([expect.stringContaining("person_state_changes")]);
    const set = other.set(author, "hidden");
    await until(() => clock.sleeperCount === 1);
    await clock.advance(1_001);
    expect(await mine.goneAmong([author])).toEqual(new Map([[author, "hidden"]]));
    await clock.advance(1_000);
    await set;
  });

  it("lets no late write of a creation or a deletion bring an erased post back", async () => {
    const clock = new ManualClock();
    const postId: PostId = new StepIds(clock).next();
    const draft = { text: Buffer.from("late"), requestId: "", client: Buffer.alloc(0) };
    const whole = { ...draft, authorId: one, device: Buffer.alloc(0), place: undefined };
    const message = encodePost(postId, whole);
    const rows = new PostRows(keyspace.cql);
    const index = new AuthorIndex(keyspace.cql, clock);
    await rows.write(message);
    expect(await index.listAll(one, MAX_ID, 10)).toEqual([postId]);
    await rows.writeErasure(postId, one);
    await rows.write(message);
    const [row] = await rows.read([postId]);
    expect(row).toMatchObject({ author_id: null, message: null, deleted: true });
    expect(await index.listAll(one, MAX_ID, 10)).toEqual([]);
  });
});
