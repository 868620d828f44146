import {
  CqlOutboxRows,
  outboxTables,
} from "../../../../services/platform/messaging/outbox/cql-outbox-rows.ts";
import { migrate } from "../../../../services/platform/storage/cql/migrate.ts";
import { memoryClient, memoryCql } from "../../../../test/support/engines/memory-cql/memory-cql.ts";
import { MemoryKeyspace } from "../../../../test/support/engines/memory-cql/memory-keyspace.ts";
import { readTables } from "../columns.ts";
import { asLines, RANGES, readRange } from "../read-table.ts";
import { TABLES } from "../tables.ts";
import { BEFORE, DURING, type History } from "./history.ts";
import { everyChoice, Steps } from "./steps.ts";

export const NOW_MS = Date.UTC(2026, 10, 29, 12);

/** Ranges of tables in the order in which they are read, each as it is after each of the writer's steps. */
interface Told {
  readonly ranges: readonly { readonly table: string; readonly texts: readonly string[] }[];
  /** After so many steps the change was acknowledged. */
  readonly acknowledgedAt: number;
}

/** What a backup may have: texts by table. */
export interface Copy {
  readonly texts: readonly { readonly table: string; readonly text: string }[];
  /** All of it may have been read when the change had been acknowledged. */
  isOfAfter: boolean;
  /** After which of the writer's steps each of the ranges was read that differ. */
  readonly readAt: string;
}

/** Every copy that reading one table after the other may give, wherever each of the writer's steps falls, each once. */
export async function everyCopy(history: History): Promise<readonly Copy[]> {
  const copies = new Map<string, Copy>();
  for await (const told of everyChoice((choose) => tell(history, choose))) {
    addCopies(told, copies);
  }
  return [...copies.values()];
}

async function tell(history: History, choose: (options: number) => number): Promise<Told> {
  const keyspace = new MemoryKeyspace(NOW_MS);
  const steps = new Steps((table) => TABLES.includes(table));
  const cql = memoryCql(keyspace, steps.gate);
  const { outbox } = history;
  await migrate(cql, [...history.tables, ...(outbox === undefined ? [] : outboxTables(outbox))]);
  await history.before(cql);
  if (outbox !== undefined) await published(new CqlOutboxRows(cql, outbox));
  const states = [await readRanges(keyspace)];
  const onStep = async () => void states.push(await readRanges(keyspace));
  await steps.run(() => history.change(cql), choose, onStep);
  const acknowledgedAt = states.length - 1;
  if (outbox !== undefined) {
    await steps.run(() => published(new CqlOutboxRows(cql, outbox)), choose, onStep);
  }
  const ranges = states[0].map(({ table }, i) => ({
    table,
    texts: states.map((state) => state[i].text),
  }));
  return { ranges, acknowledgedAt };
}

/** As PublishedMarks does it, for all that there is. */
async function published(rows: CqlOutboxRows): Promise<void> {
  for (const { generation } of [BEFORE, DURING]) {
    for await (const items of rows.readRest(generation)) {
      for (const { position } of items) {
        await rows.setWatermark(position);
        await rows.removePublished(position);
      }
    }
  }
}

async function readRanges(keyspace: MemoryKeyspace) {
  const client = memoryClient(keyspace);
  const present = await readTables(client);
  const read: { table: string; text: string }[] = [];
  for (const name of TABLES) {
    const table = present.get(name);
    if (!table) continue;
    for (let range = 0; range < RANGES; range++) {
      const lines = await Array.fromAsync(asLines(table, readRange(client, table, range)));
      read.push({ table: name, text: Buffer.concat(lines).toString() });
    }
  }
  return read;
}

function addCopies({ ranges, acknowledgedAt }: Told, copies: Map<string, Copy>): void {
  const steps = ranges[0].texts.length;
  const isVarying = ranges.map(({ texts }) => new Set(texts).size > 1);
  const seen = new Set<string>();
  // Ranges are read in this order, so each after as many steps as the one before, or more.
  const go = (at: number, step: number, first: number | undefined, chosen: readonly number[]) => {
    const next = isVarying.indexOf(true, at);
    const read = (i: number) => (isVarying[i] ? (chosen[i] ?? 0) : 0);
    const known = chosen.map((_, i) => ranges[i].texts[read(i)]);
    const isAfter = first !== undefined && first >= acknowledgedAt;
    const name = JSON.stringify([next, step, isAfter, known]);
    if (seen.has(name)) return;
    seen.add(name);
    if (next < 0) {
      const texts = ranges.map(({ table, texts }, i) => ({ table, text: texts[read(i)] }));
      const key = JSON.stringify(texts);
      const readAt = ranges
        .flatMap(({ table }, i) => (isVarying[i] ? [`${table} ${read(i)}`] : []))
        .join(", ");
      const copy = copies.getOrInsertComputed(key, () => ({ texts, isOfAfter: false, readAt }));
      copy.isOfAfter ||= isAfter;
      return;
    }
    for (let then = step; then < steps; then++) {
      const more = Array.from({ length: next + 1 }, (_, i) => chosen[i] ?? 0);
      more[next] = then;
      go(next + 1, then, first ?? then, more);
    }
  };
  go(0, 0, undefined, []);
}
