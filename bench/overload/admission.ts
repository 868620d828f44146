import { rawMethod } from "../../loadtest/drivers/http2/connection.ts";
import { median } from "../../loadtest/measure/median.ts";
import { Admission } from "../../services/platform/admission/admission.ts";
import { Holders } from "../../services/platform/admission/holders.ts";
import { PRIORITY_KEY, type Priority } from "../../services/platform/admission/priority.ts";
import { type LoopResult, runClosedLoop } from "../support/closed-loop.ts";
import type { Benchmark, Row } from "../support/table.ts";
import { startGuarded } from "./guarded.ts";

const PATH = "/tidings.test.v1.EchoService/Say";
const NOTE = Buffer.from(JSON.stringify({ text: "hello" }));
const LOOP = { connections: 2, inFlight: 100, warmUpMs: 2_000, measureMs: 4_000 };
const ROUNDS = 3;
const DECISIONS = 5_000_000;

/** What it costs to let a call in, and to refuse one. */
export const admission: Benchmark = {
  name: "admission",
  about: "letting a call in, in process; and a refused call's CPU against a served one's",
  async run() {
    using server = await startGuarded();
    const loop = (priority: Priority) =>
      runClosedLoop({
        ...LOOP,
        ...server,
        method: (to) => rawMethod(to, PATH, { headers: { [PRIORITY_KEY]: priority } }),
        message: () => NOTE,
      });
    const served: LoopResult[] = [];
    const refused: LoopResult[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      served.push(await loop("page"));
      refused.push(await loop("rebuild"));
    }
    const cpu = (results: readonly LoopResult[]) =>
      median(results.map(({ cpuMicrosPerCall }) => cpuMicrosPerCall));
    return [decisionRow(cpu(served)), refusalRow(served, refused, cpu)];
  },
};

function decisionRow(servedMicros: number): Row {
  const one = new Admission();
  const instances = new Holders(4);
  const times = one.limit.method();
  const startedMs = performance.now();
  for (let call = 0; call < DECISIONS; call++) {
    const nowMs = performance.now();
    one.look(nowMs);
    const holders = [instances.of("gateway@127.0.0.1")];
    if (one.refusal("page", holders)) continue;
    one.enter(holders);
    one.leave(holders, times, performance.now() - nowMs);
  }
  const micros = ((performance.now() - startedMs) * 1_000) / DECISIONS;
  return {
    what: "deciding on a call, and counting it out again",
    measured: `${(micros * 1_000).toFixed(0)} ns; a served echo ${servedMicros.toFixed(0)} us`,
    ratio: `${((100 * micros) / servedMicros).toFixed(2)}% of a bare call`,
    aim: "at most 1%",
  };
}

function refusalRow(
  served: readonly LoopResult[],
  refused: readonly LoopResult[],
  cpu: (results: readonly LoopResult[]) => number,
): Row {
  const ratio = cpu(refused) / cpu(served);
  return {
    what: "a refused call against a served echo",
    measured: `${cpu(refused).toFixed(0)} us CPU, ${cpu(served).toFixed(0)} us`,
    ratio: `${ratio.toFixed(2)}x`,
    aim: "at most 0.5x",
  };
}
