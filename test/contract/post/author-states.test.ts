import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PostId } from "../../../services/model/ids.ts";
import { MAX_ID, userIdOf } from "../../../services/model/ids.ts";
import { present } from "../../../services/model/invariant.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { openLmdb } from "../../../services/platform/storage/lmdb/open.ts";
import { AuthorIndex } from "../../../services/post/adapters/cql/author-index.ts";
import { CqlAuthorStates } from "../../../services/post/adapters/cql/author-states.ts";
import { PostRows } from "../../../services/post/adapters/cql/post-rows.ts";
import { POST_TABLES } from "../../../services/post/adapters/cql/schema.ts";
import { LmdbAuthorStates } from "../../../services/post/adapters/lmdb/author-states.ts";
import { ERASED_LIFE_MS } from "../../../services/post/domain/author-key.ts";
import { encodePost } from "../../../services/post/domain/post-message.ts";
import type { AuthorStates } from "../../../services/post/ports.ts";
import { cqlTitle, freshKeyspace, runningCql } from "../../support/engines/cql-keyspace.ts";
import { StepIds } from "../../support/step-ids.ts";

const address = await runningCql();
const [one, two, three] = [1n, 2n, 3n].map(userIdOf);

/** What every memory of hidden authors promises. */
function authorStatesContract(
  open: () => Promise<{ readonly states: AuthorStates; close(): Promise<void> }>,
): void {
  let fixture: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    fixture = await open();
  }, 60_000);
  afterAll(() => fixture.close(), 60_000);

  it("knows who is hidden or erased, and who is again visible", async () => {
    const { states } = fixture;
    expect(await states.goneAmong([one, two])).toEqual(new Set());
    await Promise.all([states.set(one, "hidden"), states.set(two, "erased")]);
    expect(states.hidesAny).toBe(true);
    expect(await states.goneAmong([three, one, two])).toEqual(new Set([one, two]));
    await states.set(one, "visible");
    expect(await states.goneAmong([three, one, two])).toEqual(new Set([two]));
  }, 20_000);
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
    states: new LmdbAuthorStates(lmdb, clock),
    close: async () => {},
  }));

  it("forgets an erased author in time, and not a hidden one", async () => {
    const states = new LmdbAuthorStates(lmdb, clock);
    await states.set(one, "hidden");
    await states.set(two, "erased");
    clock.stepWall(ERASED_LIFE_MS);
    expect(states.goneAmong([one, two])).toEqual(new Set([one]));
    await states.set(one, "visible");
    expect(states.hidesAny).toBe(false);
    expect(new LmdbAuthorStates(lmdb, clock).hidesAny).toBe(false);
  });
});

describe.skipIf(!address)(cqlTitle("hidden authors", address), () => {
  let keyspace: Awaited<ReturnType<typeof freshKeyspace>>;
  beforeAll(async () => {
    keyspace = await freshKeyspace(present(address));
    await migrate(keyspace.cql, POST_TABLES);
  }, 60_000);
  afterAll(() => keyspace.drop(), 60_000);
  authorStatesContract(async () => ({
    states: new CqlAuthorStates(keyspace.cql, systemClock),
    close: async () => {},
  }));

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
