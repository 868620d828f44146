import { DatabaseSync } from "node:sqlite";
import { Redis } from "ioredis";
import BTreeModule from "sorted-btree";
import { ReferralLedger } from "../../../services/growth/domain/ledger/referral-ledger.ts";
import { createRevenueWindow } from "../../../services/growth/domain/ledger/revenue-order.ts";
import { type Cost, costOf } from "../entry-world.ts";
import { type Row, short } from "../table.ts";
import { REDIS_HOST, startRedis } from "./redis-server.ts";

const USERS = 1_000_000;
const OPERATIONS = 200_000;
const K = 10;
const MAX_REVENUE = 1_000_000;
/** Commands of one pipeline to Redis. */
const PIPELINE = 1_000;

/** One way to keep users in the order of their revenues. */
interface Order {
  readonly name: string;
  /** A new user, whom another brought. */
  bring(revenue: number, referrer: number): void | Promise<void>;
  lowest(min: number): void | Promise<void>;
  close(): void | Promise<void>;
}

const random = (below: number) => Math.floor(Math.random() * below);

/** The same work for each: 1M users, then users brought by anybody, then the 10 lowest above a minimum. */
export async function othersRows(): Promise<Row[]> {
  const rows: Row[] = [];
  let ours: readonly [Cost, Cost] | undefined;
  for (const open of [openLedger, openSortedBtree, openSqlite, openRedis]) {
    const order = await open();
    if (order === undefined) continue;
    const brought = await costOf(async () => {
      for (let i = 0; i < OPERATIONS; i++)
        await order.bring(random(MAX_REVENUE), 1 + random(USERS));
    }, OPERATIONS);
    const asked = await costOf(async () => {
      for (let i = 0; i < OPERATIONS; i++) await order.lowest(random(MAX_REVENUE));
    }, OPERATIONS);
    await order.close();
    ours ??= [brought, asked];
    const times = ours.map((our, i) => our.perSecond / [brought, asked][i].perSecond);
    rows.push({
      what: `1M users, ${order.name}: users brought; k = 10`,
      measured: `${short(brought.perSecond)}/s; ${short(asked.perSecond)}/s`,
      ratio: `the ledger is ${times[0].toFixed(1)}x; ${times[1].toFixed(1)}x`,
      aim: "",
    });
  }
  return rows;
}

function openLedger(): Order {
  const ledger = new ReferralLedger(USERS + OPERATIONS);
  for (let i = 0; i < USERS; i++) ledger.insert(random(MAX_REVENUE), 0);
  const window = createRevenueWindow(K);
  return {
    name: "the ledger",
    bring: (revenue, referrer) => void ledger.insert(revenue, referrer),
    lowest: (min) => ledger.order.lowest(window, K, min, false),
    close: () => {},
  };
}

/** Keys are one number, revenue * 2^22 + user: the fastest that this tree compares. */
function openSortedBtree(): Order {
  const BTree = BTreeModule.default;
  const keyOf = (revenue: number, user: number) => revenue * 2 ** 22 + user;
  const revenues = new Float64Array(USERS + OPERATIONS + 1);
  const tree = new BTree<number, undefined>(undefined, (a: number, b: number) => a - b);
  let count = 0;
  const insert = (revenue: number) => {
    revenues[++count] = revenue;
    tree.set(keyOf(revenue, count), undefined);
  };
  for (let i = 0; i < USERS; i++) insert(random(MAX_REVENUE));
  return {
    name: "sorted-btree (no ranks, no trees of referrals)",
    bring: (revenue, referrer) => {
      insert(revenue);
      tree.delete(keyOf(revenues[referrer], referrer));
      revenues[referrer] += revenue;
      tree.set(keyOf(revenues[referrer], referrer), undefined);
    },
    lowest: (min) => {
      const keys = tree.keys(keyOf(min + 1, 0));
      for (let i = 0; i < K && !keys.next().done; i++);
    },
    close: () => {},
  };
}

/** In memory, 1,000 inserts a transaction. */
function openSqlite(): Order {
  const database = new DatabaseSync(":memory:");
  database.exec("CREATE TABLE users (id INTEGER PRIMARY KEY, revenue INTEGER, referrer INTEGER)");
  database.exec("CREATE INDEX by_revenue ON users (revenue, id)");
  const insert = database.prepare("INSERT INTO users (revenue, referrer) VALUES (?, ?)");
  const add = database.prepare("UPDATE users SET revenue = revenue + ? WHERE id = ?");
  const lowest = database.prepare(
    "SELECT id, revenue FROM users WHERE revenue > ? ORDER BY revenue, id LIMIT 10",
  );
  database.exec("BEGIN");
  for (let i = 0; i < USERS; i++) insert.run(random(MAX_REVENUE), 0);
  database.exec("COMMIT");
  let inTransaction = 0;
  return {
    name: "SQLite in memory, ORDER BY revenue, id LIMIT 10 on an index",
    bring: (revenue, referrer) => {
      if (inTransaction === 0) database.exec("BEGIN");
      insert.run(revenue, referrer);
      add.run(revenue, referrer);
      if (++inTransaction < PIPELINE) return;
      database.exec("COMMIT");
      inTransaction = 0;
    },
    lowest: (min) => void lowest.all(min),
    close: () => database.close(),
  };
}

/** A sorted set, 1,000 commands a pipeline; durable once a second, as it comes. */
async function openRedis(): Promise<Order | undefined> {
  const server = await startRedis("everysec");
  if (server === undefined) return undefined;
  const redis = new Redis({ host: REDIS_HOST, port: server.port });
  let count = 0;
  let pipeline = redis.pipeline();
  const flush = async () => {
    await pipeline.exec();
    pipeline = redis.pipeline();
  };
  const sent = async () => {
    if (pipeline.length >= PIPELINE) await flush();
  };
  for (let i = 0; i < USERS; i++) {
    pipeline.zadd("users", random(MAX_REVENUE), ++count);
    await sent();
  }
  return {
    name: "a sorted set in Redis, pipelined (no trees of referrals)",
    bring: async (revenue, referrer) => {
      pipeline.zadd("users", revenue, ++count);
      pipeline.zincrby("users", revenue, referrer);
      await sent();
    },
    lowest: async (min) => {
      pipeline.zrangebyscore("users", `(${min}`, "+inf", "WITHSCORES", "LIMIT", 0, K);
      await sent();
    },
    close: async () => {
      await flush();
      redis.disconnect();
      await server.stop();
    },
  };
}
