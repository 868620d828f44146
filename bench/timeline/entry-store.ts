import { trustedUserId } from "../../services/model/ids.ts";
import { createEntryWindow } from "../../services/timeline/domain/page/entry-window.ts";
import { type Cost, costOf, EntryWorld } from "../support/entry-world.ts";
import { type Benchmark, type Row, short } from "../support/table.ts";

const MILLION = 1_000_000;
const PAGE = 20;
const READS = 2_000_000;

/** The embedded entry store alone, in this process: log, rings, reads, restart, snapshot. */
export const entryStore: Benchmark = {
  name: "entry-store",
  about: "appends (fdatasync per group), reads, memory and restart of the embedded entry store",
  async run() {
    return [...(await appendRows()), ...(await fullRingRows()), await snapshotRow()];
  },
};

function rate({ perSecond, perCpuSecond }: Cost): string {
  return `${short(perSecond)}/s, ${short(perCpuSecond)} a CPU second`;
}

/** 100,000 viewers with rings of 200: from the first million entries until all rings are trimmed. */
async function appendRows(): Promise<Row[]> {
  await using world = await EntryWorld.create({ viewers: 100_000, ringEntries: 200 });
  await world.append(MILLION, 200);
  const early = await world.append(2 * MILLION, 200);
  await world.append(19 * MILLION, 200);
  const late = await world.append(2 * MILLION, 200);
  const sizes = [];
  for (const perPost of [50, 10, 4]) {
    sizes.push([perPost, await world.append(2 * MILLION, perPost)] as const);
  }
  const ratio = (cost: Cost) => `${(cost.perCpuSecond / late.perCpuSecond).toFixed(2)} by CPU`;
  return [
    {
      what: "appends, 200 viewers a post, 1M to 3M",
      measured: rate(early),
      ratio: ratio(early),
      aim: "3M/s",
    },
    {
      what: "the same after 22M, rings full and trimmed",
      measured: rate(late),
      ratio: "1",
      aim: "as before",
    },
    ...sizes.map(([perPost, cost]) => ({
      what: `appends, ${perPost} viewers a post`,
      measured: rate(cost),
      ratio: ratio(cost),
      aim: "near 1",
    })),
    {
      what: "log bytes a delivery, 200 viewers a post",
      measured: ((late.logBytes ?? 0) / (2 * MILLION)).toFixed(2),
      ratio: "",
      aim: "2",
    },
  ];
}

/** 25,000 viewers with 800 entries each. */
async function fullRingRows(): Promise<Row[]> {
  const viewers = 25_000;
  await using world = await EntryWorld.create({ viewers, ringEntries: 800 });
  const filled = await world.append(22 * MILLION, 200);
  const { slabBytes, tableBytes, entries } = world.store.stats();
  const window = createEntryWindow(PAGE);
  const read = () => {
    for (let i = 0; i < READS; i++) {
      world.store.read(trustedUserId(BigInt(1 + Math.floor(Math.random() * viewers))), 0n, window);
    }
  };
  read();
  const reads = await costOf(read, READS);
  const restart = await world.reopen();
  return [
    {
      what: `reads of ${PAGE}, random viewers, ${short(entries)} entries`,
      measured: rate(reads),
      ratio: `${(reads.perCpuSecond / filled.perCpuSecond).toFixed(2)} of appends`,
      aim: "1M/s",
    },
    {
      what: "memory an entry, rings of 800",
      measured: `${((slabBytes + tableBytes) / entries).toFixed(1)} bytes`,
      ratio: `${((slabBytes + tableBytes) / entries / 16).toFixed(2)} of 16`,
      aim: "17 to 20",
    },
    {
      what: "restart, replay of 22M deliveries without a snapshot",
      measured: `${restart.seconds.toFixed(1)} s, ${restart.cpuSeconds.toFixed(1)} CPU s`,
      ratio: `${(filled.cpuSeconds / restart.cpuSeconds).toFixed(1)} times as fast as written`,
      aim: "4 s",
    },
  ];
}

/** Snapshots beside appends: how long the event loop is held, and what a restart takes with one. */
async function snapshotRow(): Promise<Row> {
  const options = { viewers: 50_000, ringEntries: 200, snapshotLogBytes: 8 * 2 ** 20 };
  await using world = await EntryWorld.create(options);
  await world.append(10 * MILLION, 200);
  const { snapshots } = world.store.stats();
  let longestMs = 0;
  let isDone = false;
  const watch = async () => {
    for (let lastMs = performance.now(); !isDone; ) {
      await new Promise((resolve) => setImmediate(resolve));
      const nowMs = performance.now();
      longestMs = Math.max(longestMs, nowMs - lastMs);
      lastMs = nowMs;
    }
  };
  const watching = watch();
  const cost = await world.append(10 * MILLION, 200);
  isDone = true;
  await watching;
  const written = world.store.stats().snapshots - snapshots;
  const restart = await world.reopen();
  return {
    what: `${written} snapshots of ${short(world.store.stats().entries)} entries during 10M appends`,
    measured: `${rate(cost)}; loop held ${longestMs.toFixed(1)} ms at most; restart ${restart.seconds.toFixed(1)} s`,
    ratio: "",
    aim: "a few ms",
  };
}
