import { median } from "../../loadtest/measure/median.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { EchoService } from "../../services/platform/grpc/testing/echo-service.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { callPaced } from "../support/paced-calls.ts";
import type { Benchmark, Row } from "../support/table.ts";
import { type Guarded, startGuarded } from "./guarded.ts";

const USUAL_MS = 5;
const SLOW_MS = 50;
const PER_SECOND = 600;
const SECONDS = 6;
/** Until the client knows its replicas. */
const WARM_UP_SECONDS = 1;
const ROUNDS = 3;
const log = createLogger("bench", "silent");

/** What one slow replica of three does to the p99 of its callers. */
export const slowReplica: Benchmark = {
  name: "slow-replica",
  about: "p99 at three replicas of which one is ten times as slow, against three equal ones",
  async run() {
    using first = await startGuarded(USUAL_MS);
    using second = await startGuarded(USUAL_MS);
    using third = await startGuarded(USUAL_MS);
    using slow = await startGuarded(SLOW_MS);
    const pairs: (readonly [Measured, Measured])[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const equal = await measured([first, second, third]);
      pairs.push([equal, await measured([first, second, slow])]);
    }
    return [row(pairs)];
  },
};

interface Measured {
  readonly p99Ms: number;
  /** Calls that each replica began, after the warm-up. */
  readonly shares: readonly number[];
}

async function measured(servers: readonly Guarded[]): Promise<Measured> {
  const addresses = servers.map(({ address }) => address);
  using channel = connect(addresses, { log, retry: "none", priority: "page" });
  const client = createClient(EchoService, channel);
  const took: number[] = [];
  const pace = (seconds: number) =>
    callPaced({ perSecond: PER_SECOND, seconds }, async () => {
      const startedMs = performance.now();
      await client.say({ text: "hello" });
      took.push(performance.now() - startedMs);
    });
  await pace(WARM_UP_SECONDS);
  took.length = 0;
  const before = await Promise.all(servers.map((server) => server.served()));
  await pace(SECONDS);
  const after = await Promise.all(servers.map((server) => server.served()));
  const sorted = took.toSorted((a, b) => a - b);
  return {
    p99Ms: sorted[Math.floor(0.99 * sorted.length)],
    shares: after.map((served, i) => served - before[i]),
  };
}

function row(pairs: readonly (readonly [Measured, Measured])[]): Row {
  const [equal, oneSlow] = [0, 1].map((i) => median(pairs.map((pair) => pair[i].p99Ms)));
  const ratio = median(pairs.map(([before, after]) => after.p99Ms / before.p99Ms));
  const shares = pairs.map(([, after]) => after.shares.join("+")).join(", ");
  return {
    what: `p99 with one of three replicas at ${SLOW_MS} ms in place of ${USUAL_MS}, ${PER_SECOND}/s`,
    measured: `${oneSlow.toFixed(1)} ms; three equal ones ${equal.toFixed(1)} ms; calls of each: ${shares}`,
    ratio: `${ratio.toFixed(2)}x`,
    aim: "at most 1.2x",
  };
}
