import type { Driver } from "../../drivers/driver.ts";
import { throttled } from "../../drivers/throttled-driver.ts";
import {
  type MeasuredRun,
  type MeasureOptions,
  measureRun,
  measureWork,
} from "../../run/measure-run.ts";
import type { RunOptions } from "../../run/run.ts";
import type { RunClock } from "../../run/run-clock.ts";
import { runClosedLoop } from "../../sessions/calls/closed-loop.ts";
import { type PlanOptions, planClosedLoop, planSteps } from "../../sessions/plan-steps.ts";
import type { GeneratorPlan } from "./generator-plan.ts";
import { openDrivers } from "./open-drivers.ts";

/** What is known when everything is connected. */
type Times = Pick<RunOptions, "startAtMs" | "signal" | "onStart"> & Pick<MeasureOptions, "settled">;

interface Prepared {
  /** Open; the caller closes it. */
  readonly driver: Driver;
  readonly work: (times: Times) => Promise<MeasuredRun>;
}

/** The load of a scenario, open or closed, up to its first call. */
export async function prepareWork(
  plan: GeneratorPlan,
  parts: Pick<PlanOptions, "population" | "ownerOf" | "listener"> & { readonly clock: RunClock },
): Promise<Prepared> {
  const { scenario, target, ceilingPerSecond, maxOpen } = plan;
  const { load, warmUpSeconds, seconds } = scenario;
  const { addresses, tokenEnv } = target;
  const options: PlanOptions = { ...plan, ...parts, addresses, tokenEnv };
  if (load.kind === "closed") {
    const closed = await planClosedLoop(options);
    const driver = await openDrivers(closed.operations, plan, parts.clock);
    const loop = { ...plan, ...closed, ...parts, ...load, driver, warmUpSeconds, seconds };
    const work = (times: Times) =>
      measureWork({ driver, ceilingPerSecond, ...times }, () =>
        runClosedLoop({ ...loop, ...times }),
      );
    return { driver, work };
  }
  const open = await planSteps(options);
  const opened = await openDrivers(open.operations, plan, parts.clock);
  const isThrottled = load.kind === "mix" && load.throttled === true;
  const asClients = { nowMs: () => parts.clock.nowMicros() / 1_000, random: Math.random };
  const driver = isThrottled ? throttled(opened, asClients) : opened;
  const run = { ...open, ...parts, driver, warmUpSeconds, maxOpen, ceilingPerSecond };
  return { driver, work: (times) => measureRun({ ...run, ...times }) };
}
