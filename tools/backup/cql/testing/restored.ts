import { isDeepStrictEqual } from "node:util";
import {
  CqlOutboxRows,
  outboxTables,
} from "../../../../services/platform/messaging/outbox/cql-outbox-rows.ts";
import { migrate } from "../../../../services/platform/storage/cql/migrate.ts";
import type { Cql } from "../../../../services/platform/storage/cql/session.ts";
import { memoryClient, memoryCql } from "../../../../test/support/engines/memory-cql/memory-cql.ts";
import { MemoryKeyspace } from "../../../../test/support/engines/memory-cql/memory-keyspace.ts";
import { fillKeyspace } from "../fill-keyspace.ts";
import { type Copy, everyCopy, NOW_MS } from "./copies.ts";
import { BEFORE, DURING, type History } from "./history.ts";

export interface Verdict {
  readonly copies: number;
  /** Copies of which the change must be in what is restored. */
  readonly ofAfter: number;
  /** What was restored and is neither as before nor as after; the first few. */
  readonly halves: readonly unknown[];
}

const SHOWN = 3;

/** Restores every copy that may be taken during the history, and looks at it, before and after it is completed. */
export async function judge(history: History): Promise<Verdict> {
  const before = await viewOf(history, false);
  const after = await viewOf(history, true);
  const copies = await everyCopy(history);
  const halves: unknown[] = [];
  for (const copy of copies) {
    const expected = copy.isOfAfter ? [after] : [before, after];
    const check = async (when: string, cql: Cql) => {
      const seen = await history.view(cql);
      const isWhole = expected.some((one) => isDeepStrictEqual(seen, one));
      if (!isWhole) halves.push({ when, readAt: copy.readAt, isOfAfter: copy.isOfAfter, seen });
    };
    await check("restored", await restored(copy));
    const cql = await restored(copy);
    if (await complete(history, cql)) await check("completed", cql);
  }
  const ofAfter = copies.filter(({ isOfAfter }) => isOfAfter).length;
  return { copies: copies.length, ofAfter, halves: halves.slice(0, SHOWN) };
}

async function viewOf(history: History, isChanged: boolean): Promise<unknown> {
  const cql = memoryCql(new MemoryKeyspace(NOW_MS));
  await migrate(cql, history.tables);
  if (history.outbox !== undefined) await migrate(cql, outboxTables(history.outbox));
  await history.before(cql);
  if (isChanged) await history.change(cql);
  return history.view(cql);
}

async function restored({ texts }: Copy): Promise<Cql> {
  const keyspace = new MemoryKeyspace(NOW_MS);
  const cql = memoryCql(keyspace);
  const files = texts.map(({ table, text }) => ({ table, text, bytes: text.length }));
  await fillKeyspace({
    ...{ client: memoryClient(keyspace), cql, momentMs: NOW_MS, nowMs: NOW_MS },
    byTable: Map.groupBy(files, ({ table }) => table),
    linesOf: async function* ({ text }) {
      yield* text.split("\n").filter((line) => line !== "");
    },
    onFilled: () => {},
  });
  return cql;
}

/** As a takeover does. False: there was nothing. */
async function complete(history: History, cql: Cql): Promise<boolean> {
  if (history.outbox === undefined) return false;
  let isChanged = false;
  const rows = new CqlOutboxRows(cql, history.outbox);
  for (const { generation } of [BEFORE, DURING]) {
    for await (const items of rows.readRest(generation)) {
      for (const { change } of items) {
        if (!change) continue;
        await history.complete(cql, change);
        isChanged = true;
      }
    }
  }
  return isChanged;
}
