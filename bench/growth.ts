import { ReferralLedger } from "../services/growth/domain/ledger/referral-ledger.ts";
import { createRevenueWindow } from "../services/growth/domain/ledger/revenue-order.ts";
import { sortByRevenue } from "../services/growth/domain/ledger/sort-by-revenue.ts";
import { type Cost, costOf } from "./support/entry-world.ts";
import { restartRow, streamRows } from "./support/growth-service.ts";
import { chaseNs } from "./support/memory-chase.ts";
import { othersRows } from "./support/rivals/other-orders.ts";
import { type Benchmark, type Row, short } from "./support/table.ts";

const USERS = 10_000_000;
const INSERTS = 1_000_000;
const QUESTIONS = 1_000_000;
const TREES = 100_000;
const K = 10;
const MAX_REVENUE = 1_000_000;

/** Who brought the next user, when there are `count`; 0: nobody. */
const SHAPES: Readonly<Record<string, (count: number) => number>> = {
  "nobody brought anybody": () => 0,
  "a bush: anybody brought anybody": (count) => 1 + Math.floor(Math.random() * count),
  "one chain of referrals": (count) => count,
  "a star: user 1 brought all": () => 1,
};

/** Referral revenue in this process, at 10M users. */
export const growthLedger: Benchmark = {
  name: "growth-ledger",
  about: "inserts, k lowest and referral trees in process at 10M users, in four shapes",
  async run() {
    const rows: Row[] = [];
    for (const [shape, referrer] of Object.entries(SHAPES))
      rows.push(await shapeRow(shape, referrer));
    return rows;
  },
};

/** The same work for other ways to keep an order. */
export const growthOthers: Benchmark = {
  name: "growth-others",
  about: "the ledger beside sorted-btree, SQLite and a sorted set in Redis, at 1M users",
  run: othersRows,
};

/** The service: a process of its own over one stream, and a restart of 10M users. */
export const growthService: Benchmark = {
  name: "growth-service",
  about: "operations over one stream, durable; a restart with 10M users",
  run: async () => [...(await streamRows()), await restartRow()],
};

async function shapeRow(shape: string, referrer: (count: number) => number): Promise<Row> {
  const bytes = bytesAUser(referrer);
  const ledger = await filledLedger(referrer);
  const window = createRevenueWindow(K);
  const insertAskedEach = (each: number) =>
    costOf(() => {
      for (let i = 1; i <= INSERTS; i++) {
        ledger.insert(Math.floor(Math.random() * MAX_REVENUE), referrer(ledger.count));
        // Inserts wait for a question: the last one finds none.
        if (i % each === 0) ledger.order.lowest(window, K, 0, false);
      }
    }, INSERTS);
  const inserts = await insertAskedEach(INSERTS);
  const askedEach100 = await insertAskedEach(100);
  const lowest = await costOf(() => {
    for (let i = 0; i < QUESTIONS; i++) {
      ledger.order.lowest(window, K, Math.random() * MAX_REVENUE, false);
    }
  }, QUESTIONS);
  const trees = await costOf(() => {
    for (let i = 0; i < TREES; i++) {
      ledger.figuresOf(1 + Math.floor(Math.random() * ledger.count));
    }
  }, TREES);
  const lookNs = chaseNs(ledger.order.memory.bytes);
  const lowestNs = 1e9 / lowest.perCpuSecond;
  const rate = ({ perCpuSecond }: Cost) => `${short(perCpuSecond)}`;
  return {
    what: `10M users, ${shape}: a CPU second of inserts; the same, asked behind each 100; k = 10; tree questions; bytes a user`,
    measured: `${rate(inserts)}; ${rate(askedEach100)}; ${rate(lowest)}; ${rate(trees)}; ${bytes.toFixed(1)}`,
    ratio: `k = 10 takes ${lowestNs.toFixed(0)} ns, ${(lowestNs / lookNs).toFixed(1)} looks into memory of ${lookNs.toFixed(0)} ns`,
    aim: "1.5M; ; 2M; ; 48",
  };
}

/** After a million inserts one by one: so leaves are filled as inserts fill them. */
function bytesAUser(referrer: (count: number) => number): number {
  const ledger = new ReferralLedger(INSERTS);
  for (let i = 0; i < INSERTS; i++) {
    ledger.insert(Math.floor(Math.random() * MAX_REVENUE), i === 0 ? 0 : referrer(i));
  }
  return ledger.bytes / INSERTS;
}

async function filledLedger(referrer: (count: number) => number): Promise<ReferralLedger> {
  const ledger = new ReferralLedger(USERS + 2 * INSERTS);
  const revenues = new Float64Array(USERS + 1);
  const referrers = new Uint32Array(USERS + 1);
  for (let user = 1; user <= USERS; user++) {
    revenues[user] = Math.floor(Math.random() * MAX_REVENUE);
    if (user > 1) referrers[user] = referrer(user - 1);
  }
  ledger.gather().set(1, revenues.subarray(1), referrers.subarray(1));
  await ledger.build(sortByRevenue);
  return ledger;
}
