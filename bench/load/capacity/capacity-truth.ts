import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { capacity } from "../../../loadtest/calls/script/drive.ts";
import { calls } from "../../../loadtest/calls/spec/define.ts";
import type { CapacityResult } from "../../../loadtest/capacity/capacity-result.ts";
import { startNullServer } from "../../../loadtest/drivers/null-server/start.ts";
import type { Benchmark, Row } from "../../support/table.ts";
import { type Answer, answerOf } from "./answer.ts";

const DESCRIPTORS = resolve(import.meta.dirname, "../../../gen/descriptors.binpb");
const ASKED = {
  gRPC: {
    server: "grpc",
    target: { protocol: "grpc", descriptorSet: DESCRIPTORS },
    step: { method: "tidings.timeline.v1.TimelineService/GetTimeline" },
  },
  HTTP: { server: "http", target: { protocol: "http/1.1" }, step: { request: "GET /" } },
} as const;
type Protocol = keyof typeof ASKED;
const PROTOCOLS: readonly Protocol[] = ["gRPC", "HTTP"];

/** Calls a second. */
const TRUTHS = [300, 1_000, 3_000] as const;
/** The first load tried is none that the search would come to from the truth. */
const START_SHARE = 0.37;
const TIMEOUT_MS = 1_000;

interface Beside {
  readonly name: string;
  readonly about: string;
  readonly hogs: number;
  /** How far off either end of an answer may be. */
  readonly within: number;
}

const BESIDE: readonly Beside[] = [
  { name: "quiet", about: "on a machine with nothing else", hogs: 0, within: 0.05 },
  { name: "hog", about: "beside a process that takes a core", hogs: 1, within: 0.1 },
  { name: "hogs", about: "beside two processes that take a core each", hogs: 2, within: 0.1 },
];

/** Whether `load capacity` finds what servers can do of which it is known, or says that it can't tell. */
export const capacityTruth: readonly Benchmark[] = BESIDE.flatMap((beside) =>
  TRUTHS.map((truth) => ({
    name: `capacity-truth-${beside.name}-${truth}`,
    about: `What a search finds of a server that can do exactly ${truth} calls a second, ${beside.about}`,
    run: () => besideHogs(truth, beside),
  })),
);

async function besideHogs(truth: number, beside: Beside): Promise<readonly Row[]> {
  const hogs = Array.from({ length: beside.hogs }, () =>
    fork(join(import.meta.dirname, "hog.ts"), []),
  );
  try {
    const rows: Row[] = [];
    const answers: Answer[] = [];
    for (const protocol of PROTOCOLS) {
      const startedMs = performance.now();
      const found = await searched(protocol, truth);
      answers.push(answerOf(found, truth, beside.within));
      rows.push(rowOf({ protocol, truth, beside, found, startedMs }));
    }
    const count = (answer: Answer) => answers.filter((one) => one === answer).length;
    const measured = `${count("false")} of ${answers.length}; ${count("INCONCLUSIVE")} INCONCLUSIVE`;
    return [...rows, { what: "false answers", measured, ratio: "", aim: "none" }];
  } finally {
    await Promise.all(hogs.map(ended));
  }
}

async function ended(process: ChildProcess): Promise<void> {
  const gone = once(process, "exit");
  process.disconnect();
  await gone;
}

/** The real search, with shorter steps than it has by default, and a finer resolution. */
async function searched(protocol: Protocol, truth: number): Promise<CapacityResult> {
  const { server, target, step } = ASKED[protocol];
  const { address, stop } = await startNullServer({ protocol: server, perSecond: truth });
  try {
    const asked = calls({
      target: { addresses: [address], ...target },
      flows: [{ steps: [{ name: "call", ...step, timeoutMs: TIMEOUT_MS }] }],
      perSecond: START_SHARE * truth,
      warmUpSeconds: 1,
      arrivals: "even",
      thresholds: ["p99(call) < 100ms", "failed(call) <= 0.1%"],
    });
    return await capacity(asked, {
      resolution: 0.03,
      stepSeconds: 3,
      confirmSeconds: 5,
      mostRefinements: 0,
      recoverySeconds: 30,
      onStep: ({ load, outcome, reasons }) =>
        console.error(`  ${protocol} ${load}: ${[outcome, ...reasons].join("; ")}`),
    });
  } finally {
    await stop();
  }
}

function rowOf({
  protocol,
  truth,
  beside,
  found,
  startedMs,
}: {
  readonly protocol: Protocol;
  readonly truth: number;
  readonly beside: Beside;
  readonly found: CapacityResult;
  readonly startedMs: number;
}): Row {
  const { confirmed, failed, estimate, steps, earlierSteps = [] } = found;
  const all = [...earlierSteps, ...steps];
  const unknown = all.filter(({ outcome }) => outcome === "inconclusive").length;
  const seconds = (performance.now() - startedMs) / 1_000;
  const shown = (load: number | undefined) => load?.toFixed(0) ?? "?";
  const ratio = (load: number | undefined) =>
    load === undefined ? "?" : `${(load / truth).toFixed(3)}x`;
  const answer = answerOf(found, truth, beside.within);
  const percent = Math.round(100 * beside.within);
  return {
    what: `${protocol}, exactly ${truth} calls a second`,
    measured: `${answer}: ${shown(confirmed)} held, ${shown(failed)} failed; ${all.length} steps, ${unknown} inconclusive, ${seconds.toFixed(0)} s`,
    ratio: `${ratio(estimate?.load)} (${ratio(confirmed)} to ${ratio(failed)})`,
    aim: `within ${percent}%, or INCONCLUSIVE`,
  };
}
