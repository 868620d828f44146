import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { drive } from "../../../loadtest/calls/script/drive.ts";
import { calls } from "../../../loadtest/calls/spec/define.ts";
import { figuresOf } from "../../../loadtest/results/figures-of.ts";
import { installClient } from "../../../tools/grpc-clients/install.ts";
import { type Said, TIMEOUT_MS } from "./said.ts";

/** A run that a tool is asked for. */
export interface Asked {
  /** host:port of the server over this protocol. */
  readonly address: string;
  readonly perSecond: number;
  readonly seconds: number;
}

export interface Tool {
  readonly name: string;
  readonly protocol: "http" | "grpc";
  run(asked: Asked): Promise<Said>;
}

const run = promisify(execFile);
const METHOD = "tidings.timeline.v1.TimelineService/GetTimeline";
const DESCRIPTORS = resolve(import.meta.dirname, "../../../gen/descriptors.binpb");
const MAX_OUTPUT_BYTES = 100_000_000;
const CONNECTIONS = 64;
const NS_A_MS = 1e6;

const OURS_BY = {
  http: { protocol: "http/1.1", step: { request: "GET /" }, more: {} },
  grpc: { protocol: "grpc", step: { method: METHOD }, more: { descriptorSet: DESCRIPTORS } },
} as const;

function ours(protocol: "http" | "grpc"): Tool {
  const { protocol: spoken, step, more } = OURS_BY[protocol];
  return {
    name: "load run",
    protocol,
    async run({ address, perSecond, seconds }) {
      const result = await drive(
        calls({
          target: { addresses: [address], protocol: spoken, ...more },
          flows: [{ steps: [{ name: "call", ...step, timeoutMs: TIMEOUT_MS }] }],
          perSecond,
          seconds,
          warmUpSeconds: 0,
          arrivals: "even",
        }),
      );
      const [{ intended, failedShare, answered }] = figuresOf(result).operations;
      const { p50 = Number.NaN, p99 = Number.NaN } = answered;
      return { calls: intended, p50Ms: p50, p99Ms: p99, failedShare };
    },
  };
}

const vegeta: Tool = {
  name: "vegeta",
  protocol: "http",
  async run({ address, perSecond, seconds }) {
    const program = await installClient("vegeta");
    const attack = `echo 'GET http://${address}/' | ${program} attack -rate=${perSecond} -duration=${seconds}s -timeout=${TIMEOUT_MS}ms | ${program} report -type=json`;
    const { stdout } = await run("sh", ["-c", attack]);
    const report: VegetaReport = JSON.parse(stdout);
    return {
      calls: report.requests,
      p50Ms: report.latencies["50th"] / NS_A_MS,
      p99Ms: report.latencies["99th"] / NS_A_MS,
      failedShare: 1 - report.success,
    };
  },
};

interface VegetaReport {
  readonly requests: number;
  readonly success: number;
  readonly latencies: Readonly<Record<"50th" | "99th", number>>;
}

const autocannon: Tool = {
  name: "autocannon",
  protocol: "http",
  async run({ address, perSecond, seconds }) {
    const program = resolve(import.meta.dirname, "../../../node_modules/.bin/autocannon");
    const { stdout } = await run(
      program,
      [
        "--json",
        `--connections=${CONNECTIONS}`,
        `--overallRate=${perSecond}`,
        `--duration=${seconds}`,
        `--timeout=${TIMEOUT_MS / 1_000}`,
        `http://${address}/`,
      ],
      { maxBuffer: MAX_OUTPUT_BYTES },
    );
    const said: AutocannonReport = JSON.parse(stdout);
    const failed = said.non2xx + said.errors;
    const made = said["2xx"] + failed;
    return {
      calls: made,
      p50Ms: said.latency.p50,
      p99Ms: said.latency.p99,
      failedShare: failed / made,
    };
  },
};

interface AutocannonReport {
  readonly latency: { readonly p50: number; readonly p99: number };
  /** Timeouts among them. */
  readonly errors: number;
  readonly non2xx: number;
  readonly "2xx": number;
}

const ghz: Tool = {
  name: "ghz",
  protocol: "grpc",
  async run({ address, perSecond, seconds }) {
    const program = await installClient("ghz");
    const { stdout } = await run(
      program,
      [
        "--insecure",
        `--call=${METHOD}`,
        `--protoset=${DESCRIPTORS}`,
        "--data={}",
        `--rps=${perSecond}`,
        `--total=${perSecond * seconds}`,
        `--concurrency=${CONCURRENCY}`,
        `--timeout=${TIMEOUT_MS}ms`,
        "--format=json",
        address,
      ],
      { maxBuffer: MAX_OUTPUT_BYTES },
    );
    const report: GhzReport = JSON.parse(stdout);
    const at = (percentage: number) =>
      (report.latencyDistribution?.find((one) => one.percentage === percentage)?.latency ??
        Number.NaN) / NS_A_MS;
    const failed = Object.values(report.errorDistribution).reduce((sum, n) => sum + n, 0);
    return {
      calls: report.count,
      p50Ms: at(50),
      p99Ms: at(99),
      failedShare: failed / report.count,
    };
  },
};

/** ghz's own default. */
const CONCURRENCY = 50;

interface GhzReport {
  readonly count: number;
  readonly latencyDistribution?: readonly {
    readonly percentage: number;
    readonly latency: number;
  }[];
  readonly errorDistribution: Readonly<Record<string, number>>;
}

export const TOOLS: readonly Tool[] = [ours("http"), vegeta, autocannon, ours("grpc"), ghz];
