import { planMesh } from "../mesh/services.ts";
import { retryAfter } from "../trial/one-retry.ts";
import { ownMesh } from "../trial/own-mesh.ts";
import { runTrial, type TrialResult } from "../trial/trial.ts";
import type { Fault } from "./fault.ts";

export interface ChaosOptions {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where `npm run engines` says what runs. */
  readonly engines: string;
  readonly people: number;
}

const TIMELINES = 2;
const HOST = "127.0.0.1";
const CALM_MS = 2_000;

/** One fault, on a mesh of its own, while people live in it. */
export async function runFault(fault: Fault, options: ChaosOptions): Promise<TrialResult> {
  await using own = await ownMesh("chaos", options.env, options.engines);
  await using later = new AsyncDisposableStack();
  const { portBase: base } = own.options;
  const { ports } = planMesh({ base, timelines: TIMELINES, host: HOST });
  const { mesh = {}, happen } = await fault.prepare({ own, host: HOST, ports, later });
  return await runTrial({
    mesh: { ...own.options, root: options.root, timelines: TIMELINES, ...mesh },
    people: options.people,
    retry: retryAfter(own.retryAfterMs),
    calmMs: CALM_MS,
    happen,
  });
}
