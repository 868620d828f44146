import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findClient } from "../../../tools/grpc-clients/install.ts";
import { compareConditions, readConditions } from "../../measure/machine/conditions.ts";
import { endedChildrenSeconds } from "../../measure/machine/proc.ts";
import { type Measured, mergeMeasured } from "../../measure/measured.ts";
import { reach } from "../reach.ts";
import { measuredByGhz } from "./measured-by-ghz.ts";
import { type GhzPlan, ghzArguments, runGhz } from "./run-ghz.ts";

/** Calls of one method to one server, at a constant rate. */
export interface GhzCall {
  /** As thresholds call it. Several may have one name, as the same method at each of several servers. */
  readonly name: string;
  /** As "tidings.post.v1.PostService/CreatePost". */
  readonly method: string;
  /** host:port */
  readonly address: string;
  /** ghz takes whole calls a second: it is rounded, to 1 at least. */
  readonly perSecond: number;
  readonly timeoutMs: number;
  /** Requests as JSON values, taken in turn. */
  readonly messages: readonly unknown[];
}

export interface GhzLoad {
  readonly calls: readonly GhzCall[];
  readonly seconds: number;
  /** Of each of the calls, at most. */
  readonly inFlight: number;
  readonly connections: number;
  /** Compiled descriptors; server reflection without. */
  readonly protoset?: string;
  readonly signal?: AbortSignal;
  /** Where ghz is; looked for without. */
  readonly program?: string;
}

/**
 * Plays a mix by ghz, one process for each of its calls, all at once; their details make one result. It
 * says by `timesFrom` that its times are from the actual sends. Rejects with what to do when ghz is not
 * installed, a server does not answer, or there are more calls than ghz keeps.
 */
export async function playGhz(load: GhzLoad): Promise<Measured> {
  const { calls, signal } = load;
  const folder = await mkdtemp(join(tmpdir(), "tidings-ghz-"));
  try {
    const plans = calls.map((call, i) => planOf(load, call, join(folder, `${i}.json`)));
    for (const plan of plans) ghzArguments(plan); // all are known to fit before any begins
    const program = load.program ?? (await findClient("ghz"));
    if (!program) throw new Error(ABSENT);
    await Promise.all([...new Set(calls.map(({ address }) => address))].map(reach));
    await Promise.all(
      calls.map(({ messages }, i) => writeFile(plans[i].dataFile, JSON.stringify(messages))),
    );
    const before = conditions("before");
    const parts = await Promise.all(
      calls.map(async ({ name, timeoutMs }, i) =>
        measuredByGhz({ ...plans[i], name, timeoutMs }, await runGhz(program, plans[i], signal)),
      ),
    );
    const machine = compareConditions(before, conditions("after"));
    return { ...mergeMeasured(parts), machines: [machine] };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const ABSENT = 'ghz was not found: install it with "npm run grpc-clients", or use another driver.';

function planOf(load: GhzLoad, call: GhzCall, dataFile: string): GhzPlan {
  const { seconds, inFlight, connections, protoset } = load;
  const { address, method, perSecond, timeoutMs } = call;
  const ratePerSecond = Math.max(1, Math.round(perSecond));
  return {
    address,
    method,
    dataFile,
    ratePerSecond,
    calls: Math.round(ratePerSecond * seconds),
    inFlight,
    connections,
    timeoutMs,
    ...(protoset ? { protoset } : {}),
  };
}

/** Of this machine; CPU is that of ghz's processes, the generator here; what they waited for nobody tells. */
function conditions(when: "before" | "after") {
  const stat = process.platform === "linux" ? readFileSync("/proc/self/stat", "utf8") : "";
  const cpuSeconds = endedChildrenSeconds(stat) ?? Number.NaN;
  return { ...readConditions(when), cpuSeconds, waits: new Map() };
}
