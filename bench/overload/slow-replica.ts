import { setTimeout as delay } from "node:timers/promises";
import { median } from "../../loadtest/measure/median.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { EchoService } from "../../services/platform/grpc/testing/echo-service.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import type { Benchmark, Row } from "../support/table.ts";
import { startGuarded } from "./guarded.ts";

const USUAL_MS = 5;
const SLOW_MS = 50;
const PER_SECOND = 600;
const SECONDS = 6;
/** Until the client knows its replicas. */
const WARM_UP_CALLS = 600;
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
    const pairs: (readonly [number, number])[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const equal = await p99Of([first, second, third]);
      pairs.push([equal, await p99Of([first, second, slow])]);
    }
    return [row(pairs)];
  },
};

async function p99Of(servers: readonly { readonly address: string }[]): Promise<number> {
  const addresses = servers.map(({ address }) => address);
  using channel = connect(addresses, { log, retry: "none", priority: "page" });
  const client = createClient(EchoService, channel);
  const took: number[] = [];
  const calls: Promise<void>[] = [];
  const startedMs = performance.now();
  for (let call = 0; call < PER_SECOND * SECONDS; call++) {
    const dueMs = startedMs + (call * 1_000) / PER_SECOND;
    while (performance.now() < dueMs) await delay(1);
    // From when it was due: what waits here counts.
    const answered = client.say({ text: "hello" });
    calls.push(answered.then(() => void took.push(performance.now() - dueMs)));
  }
  await Promise.all(calls);
  const sorted = took.slice(WARM_UP_CALLS).toSorted((a, b) => a - b);
  return sorted[Math.floor(0.99 * sorted.length)];
}

function row(pairs: readonly (readonly [number, number])[]): Row {
  const [equal, oneSlow] = [0, 1].map((i) => median(pairs.map((pair) => pair[i])));
  const ratio = median(pairs.map(([before, after]) => after / before));
  return {
    what: `p99 with one of three replicas at ${SLOW_MS} ms in place of ${USUAL_MS}, ${PER_SECOND}/s`,
    measured: `${oneSlow.toFixed(1)} ms; three equal ones ${equal.toFixed(1)} ms`,
    ratio: `${ratio.toFixed(2)}x`,
    aim: "at most 1.2x",
  };
}
