import { CqlReactionEraser } from "../../../../../services/engagement/adapters/cql/cql-reaction-eraser.ts";
import { CqlReactionStore } from "../../../../../services/engagement/adapters/cql/cql-reaction-store.ts";
import { ReactionReads } from "../../../../../services/engagement/adapters/cql/reaction-reads.ts";
import {
  decodeReactionChange,
  ReactionRows,
} from "../../../../../services/engagement/adapters/cql/reaction-rows.ts";
import {
  ENGAGEMENT_TABLES,
  REACTOR_STATES,
} from "../../../../../services/engagement/adapters/cql/schema.ts";
import { makePostId, type UserId, userIdOf } from "../../../../../services/model/ids.ts";
import { systemClock } from "../../../../../services/platform/clock/system-clock.ts";
import type { Cql } from "../../../../../services/platform/storage/cql/session.ts";
import type { Lease } from "../../../../../services/platform/storage/leases/lease.ts";
import { personKey } from "../../../../../services/platform/storage/people/person-key.ts";
import { NOW_MS } from "../copies.ts";
import { BEFORE, DURING, type History } from "../history.ts";
import { processOf } from "../outbox.ts";

const [ANN, BEN] = [1, 2].map(userIdOf);
const POST = makePostId(NOW_MS - 1_000, 1, 0);
const OUTBOX = "engagement_outbox";
/** That of who comments before, for whoever deletes it. */
const COMMENT = makePostId(NOW_MS + 101, 1, 0);

function on(cql: Cql, lease: Lease) {
  const process = processOf(cql, lease, OUTBOX);
  const rows = new ReactionRows(cql, process.clock);
  const reads = new ReactionReads(cql);
  const store = new CqlReactionStore({ cql, rows, reads, ...process });
  return { store, eraser: new CqlReactionEraser(cql, rows, reads, process.clock) };
}

function comment(cql: Cql, lease: Lease, authorId: UserId) {
  const draft = { authorId, postId: POST, parentId: 0n, text: "so it is", requestId: "one" };
  return on(cql, lease).store.comment(draft, "");
}

/** What readers of the post see, and what is known of each person, which is what an erasure takes. */
async function view(cql: Cql) {
  const { store, eraser } = on(cql, DURING);
  const people = [];
  for (const user of [ANN, BEN]) {
    const { items } = await eraser.by(user, "", 10);
    people.push({ liked: await store.liked(user, [POST]), items });
  }
  return {
    people,
    counts: await store.counts([POST]),
    likers: await store.likers(POST, "", 10),
    comments: await store.comments(POST, 0n, 10),
    onPost: (await eraser.on(POST, "", 10)).items,
  };
}

/** As Reactors does it. */
async function hide(cql: Cql, user: UserId) {
  const { eraser } = on(cql, BEFORE);
  await setState(cql, user, false, 1n);
  await eraser.setAside((await eraser.by(user, "", 10)).items, 1);
}

async function restore(cql: Cql, user: UserId) {
  const { eraser } = on(cql, BEFORE);
  await eraser.putBack((await eraser.by(user, "", 10)).items, 2);
  await setState(cql, user, null, 2n);
}

async function setState(cql: Cql, user: UserId, erased: boolean | null, change: bigint) {
  const write = `INSERT INTO ${REACTOR_STATES.table} (person_key, erased, change) VALUES (?, ?, ?)`;
  await cql.run(write, [personKey(REACTOR_STATES.as, user).toString("hex"), erased, change]);
}

const REACTIONS = {
  tables: ENGAGEMENT_TABLES,
  outbox: OUTBOX,
  before: async () => {},
  complete: (cql: Cql, change: Uint8Array) =>
    new ReactionRows(cql, systemClock).write(decodeReactionChange(change)),
  view,
};

export const REACTION_HISTORIES: readonly History[] = [
  { ...REACTIONS, name: "a like", change: (cql) => on(cql, DURING).store.like(ANN, POST, "") },
  {
    ...REACTIONS,
    name: "a like that is taken back",
    before: async (cql) => void (await on(cql, BEFORE).store.like(ANN, POST, "")),
    change: (cql) => on(cql, DURING).store.unlike(ANN, POST, ""),
  },
  {
    ...REACTIONS,
    name: "a comment with the name of a request, which then comes again",
    change: (cql) => comment(cql, DURING, ANN),
    view: async (cql) => {
      const seen = await view(cql);
      await comment(cql, { ...DURING, generation: 3n }, ANN);
      return { seen, countsThen: (await view(cql)).counts };
    },
  },
  {
    ...REACTIONS,
    name: "a comment that is deleted",
    before: async (cql) => void (await comment(cql, BEFORE, ANN)),
    change: (cql) => {
      const deleted = { user: ANN, post: POST, comment: COMMENT };
      return on(cql, DURING).store.deleteComment(deleted, "");
    },
  },
  {
    ...REACTIONS,
    name: "a like beside those of somebody who is hidden",
    before: async (cql) => {
      await on(cql, BEFORE).store.like(BEN, POST, "");
      await hide(cql, BEN);
    },
    change: (cql) => on(cql, DURING).store.like(ANN, POST, ""),
  },
  {
    ...REACTIONS,
    name: "a like beside those of somebody who was hidden and is back",
    before: async (cql) => {
      await comment(cql, BEFORE, BEN);
      await on(cql, BEFORE).store.like(BEN, POST, "");
      await hide(cql, BEN);
      await restore(cql, BEN);
    },
    change: (cql) => on(cql, DURING).store.like(ANN, POST, ""),
  },
];
