import { resolve } from "node:path";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { type GhzCall, playGhz } from "../../loadtest/drivers/ghz/play-ghz.ts";
import { openRawDriver } from "../../loadtest/drivers/http2/raw-driver.ts";
import { type Histogram, quantile } from "../../loadtest/measure/histogram.ts";
import { cpuSeconds } from "../../loadtest/measure/machine/process-use.ts";
import { median } from "../../loadtest/measure/median.ts";
import type { OperationRecord } from "../../loadtest/measure/operation-record.ts";
import { RunClock } from "../../loadtest/run/run-clock.ts";
import { present } from "../../services/model/invariant.ts";
import { playPaced } from "../support/paced.ts";
import { startEcho } from "../support/rivals/echo.ts";
import type { Benchmark, Row } from "../support/table.ts";

const METHOD = "tidings.timeline.v1.TimelineService/GetTimeline";
const DESCRIPTORS = resolve(import.meta.dirname, "../../gen/descriptors.binpb");
const NAME = "timeline.GetTimeline";
const TIMEOUT_MS = 5_000;
/** Far above what either client adds by itself: what is compared is what they measure, not what they cost. */
const ANSWER_AFTER_MS = 10;
const RATE = 400;
const SECONDS = 5;
const PAIRS = 8;
const CONNECTIONS = 2;
const IN_FLIGHT = 50;

/** What one load at one rate was to the server, and what its client measured. */
interface Played {
  readonly cpuMicros: number;
  readonly p50: number;
  readonly p99: number;
}

type Client = (address: string) => Promise<OperationRecord>;

/** Whether our own driver is to a server what ghz is to it, and measures the same. */
export const sameLoad: Benchmark = {
  name: "same-load",
  about: "One paced load by the raw driver and by ghz, in turns, on a server of known delay",
  async run() {
    const server = await startEcho("getTimeline", new Uint8Array(0), ANSWER_AFTER_MS);
    try {
      const pairs: (readonly [Played, Played])[] = [];
      await play(byRaw, server);
      for (let i = 0; i < PAIRS; i++) {
        // The machine drifts: each comes first as often.
        if (i % 2 === 0) pairs.push([await play(byRaw, server), await play(byGhz, server)]);
        else {
          const ghz = await play(byGhz, server);
          pairs.push([await play(byRaw, server), ghz]);
        }
      }
      return [
        row("the server's CPU a call", pairs, ({ cpuMicros }) => cpuMicros),
        row("service time, p50", pairs, ({ p50 }) => p50),
        row("service time, p99", pairs, ({ p99 }) => p99),
      ];
    } finally {
      server.stop();
    }
  },
};

async function play(client: Client, { address, pid }: { address: string; pid: number }) {
  const before = cpuSeconds(pid);
  const { counts, service } = await client(address);
  const used = cpuSeconds(pid) - before;
  return { cpuMicros: (1e6 * used) / counts.ok, ...timesOf(service) };
}

function timesOf(service: Histogram) {
  return { p50: quantile(service, 0.5), p99: quantile(service, 0.99) };
}

async function byRaw(address: string): Promise<OperationRecord> {
  const clock = new RunClock();
  const target = { path: `/${METHOD}`, addresses: [address], timeoutMs: TIMEOUT_MS };
  const driver = await openRawDriver([target], { connections: CONNECTIONS, clock });
  const request = GetTimelineRequest.fromPartial({ viewerId: 7n, limit: 20 });
  try {
    return await playPaced(driver, clock, {
      operation: { name: NAME, timeoutMs: TIMEOUT_MS },
      message: GetTimelineRequest.encode(request).finish(),
      perSecond: RATE,
      seconds: SECONDS,
      spread: "even",
      maxOpen: IN_FLIGHT,
    });
  } finally {
    driver.close();
  }
}

async function byGhz(address: string): Promise<OperationRecord> {
  const call: GhzCall = {
    name: NAME,
    method: METHOD,
    address,
    perSecond: RATE,
    timeoutMs: TIMEOUT_MS,
    messages: [{ viewer_id: "7", limit: 20 }],
  };
  const { operations } = await playGhz({
    calls: [call],
    seconds: SECONDS,
    inFlight: IN_FLIGHT,
    connections: CONNECTIONS,
    protoset: DESCRIPTORS,
  });
  return operations[0];
}

function row(
  what: string,
  pairs: readonly (readonly [Played, Played])[],
  of: (played: Played) => number,
): Row {
  const ratios = pairs.map(([raw, ghz]) => of(raw) / of(ghz)).sort((a, b) => a - b);
  const [raw, ghz] = [0, 1].map((i) => median(pairs.map((pair) => of(pair[i]))));
  const ends = `${ratios[0].toFixed(2)} to ${present(ratios.at(-1)).toFixed(2)}`;
  return {
    what: `${what}, ${RATE}/s, answers after ${ANSWER_AFTER_MS} ms`,
    measured: `${raw.toFixed(0)} us under the raw driver, ${ghz.toFixed(0)} us under ghz`,
    ratio: `${median(ratios).toFixed(2)}x (${PAIRS} pairs: ${ends})`,
    aim: "within 10%",
  };
}
