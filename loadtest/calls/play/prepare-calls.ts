import type { Driver } from "../../drivers/driver.ts";
import { sentAgainSentences } from "../../drivers/sent-again.ts";
import { mergeHistograms, newHistogram, record } from "../../measure/histogram.ts";
import type { Recorder } from "../../measure/recorder.ts";
import type { ReadyGenerator } from "../../play/generators/generate.ts";
import { measureRun, type SeenBeside } from "../../run/measure-run.ts";
import { RunClock } from "../../run/run-clock.ts";
import { pacerFor } from "../../sessions/pace.ts";
import { readRows } from "../data/rows.ts";
import { Token } from "../data/token.ts";
import { type Arrival, arrivalsOfTrace, pacedArrivals } from "../plan/arrivals.ts";
import { compileFlows, operationsOf } from "../plan/compile-flows.ts";
import type { CompiledFlow } from "../plan/compiled-call.ts";
import { FailedChecks } from "../plan/failed-checks.ts";
import { flowSteps } from "../plan/flow-steps.ts";
import { Redirects } from "../plan/redirects.ts";
import { AbsentAddresses } from "./absences.ts";
import type { CallPlan } from "./call-plan.ts";
import { openCallDriver } from "./open-call-driver.ts";

/** How long whole flows took, and how many did not come to their end. */
class Flows {
  readonly took = newHistogram();
  broken = 0;
  readonly #fromMicros: number;

  constructor(fromMicros: number) {
    this.#fromMicros = fromMicros;
  }

  over(startMicros: number, tookMicros: number, isWhole: boolean): void {
    if (startMicros < this.#fromMicros) return;
    if (isWhole) record(this.took, tookMicros);
    else this.broken++;
  }
}

/** By the scenario's rate, or as recorded. */
async function arrivalsOf(
  plan: CallPlan,
  flows: readonly CompiledFlow[],
): Promise<Iterable<Arrival>> {
  const { scenario } = plan;
  const { trace, perSecond } = scenario;
  if (trace) return (await arrivalsOfTrace(trace, flows, plan)).arrivals;
  return pacedArrivals(scenario, flows, pacerFor(scenario, perSecond), plan);
}

/** Connects and plans: all that must not happen while load is made. */
export async function prepareCalls(plan: CallPlan): Promise<ReadyGenerator> {
  await using opening = new AsyncDisposableStack();
  const { scenario, descriptors, ceilingPerSecond, maxOpen } = plan;
  const { warmUpSeconds, rows, target } = scenario;
  const clock = new RunClock();
  const flows = compileFlows(scenario, descriptors);
  const { operations, targets } = operationsOf(flows);
  const rowAt = rows && (await readRows(rows));
  const token = target.token && opening.use(await Token.of(target.token));
  const driver: Driver = await openCallDriver(plan, targets, clock);
  opening.adopt(driver, (one) => one.close());
  const failedChecks = new FailedChecks();
  const redirects = target.protocol === "grpc" ? undefined : new Redirects();
  const fromMicros = warmUpSeconds * 1e6;
  const whole = new Flows(fromMicros);
  const source = flowSteps(await arrivalsOf(plan, flows), {
    scenario,
    rowAt,
    headers: () => token?.headers,
    failedChecks,
    redirects,
    fromMicros,
    onFlow: (...flow) => whole.over(...flow),
  });
  const opened = opening.move();
  const seen = ({ operations: records }: Recorder): SeenBeside => ({
    distributions: new Map(
      flows.some(({ steps }) => steps.length > 1)
        ? [
            [
              "flow",
              {
                values: whole.took,
                lateness: mergeHistograms(records.map(({ lateness }) => lateness)),
              },
            ],
          ]
        : [],
    ),
    counters: new Map([
      ["failed_checks", failedChecks.total],
      ["broken_flows", whole.broken],
    ]),
  });
  return {
    async run(times) {
      const settled = async (recorder: Recorder) => {
        await times.settled();
        return seen(recorder);
      };
      const run = { operations, source, driver, clock, warmUpSeconds, maxOpen, ceilingPerSecond };
      using absent = new AbsentAddresses(driver);
      const measured = await measureRun({ ...run, ...times, settled });
      const renewal =
        token?.failure === undefined ? [] : [`The token was not renewed: ${token.failure}`];
      const elsewhere = redirects?.sentences() ?? [];
      const checked = [...failedChecks.sentences(), ...elsewhere];
      const again = sentAgainSentences(driver.sentAgain?.() ?? 0);
      const sentences = [...checked, ...again, ...absent.sentences(), ...renewal];
      return { ...measured, sentences };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
