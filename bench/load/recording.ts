import { findCeiling, newCall } from "../../loadtest/drivers/ceiling.ts";
import { ceilingFor } from "../../loadtest/drivers/ceiling-for.ts";
import type { Driver, Target } from "../../loadtest/drivers/driver.ts";
import { openGrpcDriver } from "../../loadtest/drivers/grpc/grpc-driver.ts";
import { openRawDriver } from "../../loadtest/drivers/http2/raw-driver.ts";
import { type NullServer, startNullServer } from "../../loadtest/drivers/null-server/start.ts";
import { newHistogram, quantile, record } from "../../loadtest/measure/histogram.ts";
import { Recorder } from "../../loadtest/measure/recorder.ts";
import { judgeQuantile } from "../../loadtest/measure/validity.ts";
import { RunClock } from "../../loadtest/run/run-clock.ts";
import { playPaced } from "../support/paced.ts";
import { type Benchmark, type Row, short } from "../support/table.ts";

const OPERATION = { name: "timeline.get", timeoutMs: 5_000 };
const PATH = "/tidings.timeline.v1.TimelineService/GetTimeline";
const MESSAGE = new Uint8Array(20);
const RECORDED = 2_000_000;
const RATE = 10_000;
const PACED_RATE = 2_000;
const PACED_SECONDS = 4;
const CONNECTIONS = 2;
const PAGE_BYTES = 3_000;
const STALL = { everyMs: 1_000, forMs: 100 };

/** What measuring costs the generator, and whether it tells the truth about a server that stalls. */
export const recording: Benchmark = {
  name: "recording",
  about: "The load generator: recording, drivers against a server that does nothing, known stalls",
  async run() {
    const server = await startNullServer({ maxStreams: 1_000 });
    try {
      return [
        recordingRow(),
        ...(await driverRows(server)),
        await restRow(),
        ...(await stallRows()),
      ];
    } finally {
      await server.stop();
    }
  },
};

function recordingRow(): Row {
  const recorder = new Recorder([OPERATION]);
  const once = (i: number) => {
    const intendedMicros = i * 100;
    recorder.intended(0, intendedMicros);
    recorder.ended(0, {
      outcome: "ok",
      status: 0,
      intendedMicros,
      readyMicros: intendedMicros,
      writtenMicros: intendedMicros + (i % 97),
      endedMicros: intendedMicros + ((i * 7_919) % 50_000) + 100,
      slotWaitMicros: 0,
      flowWaitMicros: 0,
    });
  };
  for (let i = 0; i < RECORDED / 4; i++) once(i);
  const before = process.threadCpuUsage();
  for (let i = 0; i < RECORDED; i++) once(i);
  const { user, system } = process.threadCpuUsage(before);
  const micros = (user + system) / RECORDED;
  return {
    what: "Recording a call: three histograms, counts, waits, the series",
    measured: `${(micros * 1000).toFixed(0)} ns`,
    ratio: `${((micros * RATE) / 1e4).toFixed(2)}% of a core at ${short(RATE)}/s`,
    aim: "under 2% of a core",
  };
}

async function driverRows(server: NullServer): Promise<readonly Row[]> {
  const target: Target = { path: PATH, addresses: [server.address], timeoutMs: 5_000 };
  const rows: Row[] = [];
  let grpcMicros = 0;
  for (const open of [openGrpcDriver, openRawDriver]) {
    const clock = new RunClock();
    const driver = await open([target], { connections: CONNECTIONS, clock });
    try {
      const ceiling = await findCeiling({ driver, callOf: () => newCall(MESSAGE) });
      const paced = await runPaced(driver, clock);
      if (driver.name === "grpc-js") grpcMicros = ceiling.cpuMicrosPerCall;
      const share = ceiling.cpuMicrosPerCall / grpcMicros;
      rows.push({
        what: `${driver.name} driver, closed loop against the null server`,
        measured: `${ceiling.cpuMicrosPerCall.toFixed(1)} us CPU a call, ${short(ceiling.perSecond)}/s`,
        ratio: `${share.toFixed(2)}x grpc-js`,
        aim: driver.name === "grpc-js" ? "" : "at most 15 us, 0.20x",
      });
      rows.push({
        what: `${driver.name} driver, paced at ${short(PACED_RATE)}/s (Poisson, pacer thread included)`,
        measured: `${paced.cpuMicros.toFixed(0)} us CPU a call`,
        ratio: `late p50 ${paced.late(0.5)}, p99 ${paced.late(0.99)}`,
        aim: "",
      });
    } finally {
      driver.close();
    }
  }
  return rows;
}

async function restRow(): Promise<Row> {
  const page = Buffer.from(JSON.stringify({ method: "GET", path: "/v1/timeline" }));
  const mix = [{ weight: 1, message: page, answerBytes: PAGE_BYTES }];
  const { cpuMicrosPerCall, perSecond } = await ceilingFor("rest", mix);
  return {
    what: `REST driver, closed loop against a null HTTP server, answers of ${PAGE_BYTES} bytes`,
    measured: `${cpuMicrosPerCall.toFixed(1)} us CPU a call, ${short(perSecond)}/s`,
    ratio: "",
    aim: "",
  };
}

async function runPaced(driver: Driver, clock: RunClock) {
  const before = process.cpuUsage();
  const { counts, lateness, response } = await playPaced(driver, clock, {
    operation: OPERATION,
    message: MESSAGE,
    perSecond: PACED_RATE,
    seconds: PACED_SECONDS,
    spread: "poisson",
    maxOpen: 10_000,
  });
  const { user, system } = process.cpuUsage(before);
  const late = (q: number) => `${(quantile(lateness, q) / 1000).toFixed(2)} ms`;
  return { cpuMicros: (user + system) / counts.sent, late, lateness, response };
}

/** The same stalling server, seen from the intended sends and by a tool that waits for each answer. */
async function stallRows(): Promise<readonly Row[]> {
  const server = await startNullServer({ stall: STALL });
  const clock = new RunClock();
  const target: Target = { path: PATH, addresses: [server.address], timeoutMs: 5_000 };
  const driver = await openRawDriver([target], { connections: CONNECTIONS, clock });
  try {
    const { lateness, response } = await runPaced(driver, clock);
    const closed = await closedLoop(driver, clock);
    const { micros, valid } = judgeQuantile(response, lateness, 0.99);
    const analyticMs = STALL.forMs - 0.01 * STALL.everyMs;
    const row = (who: string, ms: number, aim: string): Row => ({
      what: `p99 of a server that stalls ${STALL.forMs} ms each ${STALL.everyMs} ms: ${who}`,
      measured: `${ms.toFixed(1)} ms`,
      ratio: `${(ms / analyticMs).toFixed(2)}x the analytic ${analyticMs} ms`,
      aim,
    });
    return [
      row(`from the intended send${valid ? "" : " (INVALID)"}`, micros / 1000, "1.0x"),
      row("by a closed loop", closed / 1000, "underreports"),
    ];
  } finally {
    driver.close();
    await server.stop();
  }
}

async function closedLoop(driver: Driver, clock: RunClock): Promise<number> {
  const histogram = newHistogram();
  const endMicros = clock.nowMicros() + PACED_SECONDS * 1e6;
  while (clock.nowMicros() < endMicros) {
    const sentMicros = clock.nowMicros();
    const { promise, resolve } = Promise.withResolvers<void>();
    driver.send(newCall(MESSAGE), () => resolve());
    await promise;
    record(histogram, clock.nowMicros() - sentMicros);
  }
  return quantile(histogram, 0.99);
}
