import { descriptorsFor, methodsIn } from "../calls/methods/descriptors.ts";
import { listMethods } from "../calls/methods/reflection.ts";
import { connectionsTo } from "../calls/play/connections-to.ts";
import { reflectionOf } from "../calls/play/open-call-driver.ts";
import { type PlayCallsOptions, playCalls } from "../calls/play/play-calls.ts";
import { prepareCallPlay } from "../calls/play/prepare-play.ts";
import type { CallScenario } from "../calls/spec/call-scenario.ts";
import { type LiveOptions, openObservers } from "../live/observers.ts";
import type { PartOptions, Progress } from "../play/play-options.ts";
import type { RunResult } from "../results/run-result.ts";
import { describeMachine } from "../target/describe-machine.ts";
import type { CallOptions } from "./options/call-options.ts";
import { commandLine } from "./options/command-line.ts";
import { LoadError } from "./options/load-error.ts";
import type { TargetOptions } from "./options/play-options.ts";
import { areUrls, targetOf } from "./options/target-flags.ts";
import { withInterrupt } from "./options/with-interrupt.ts";
import { runBar } from "./print/run-bar.ts";

type Options = Pick<TargetOptions, "driver" | "generators" | "connections" | "maxOpen">;

/** All that is known of calls before they are made: what could be wrong is found here. */
export async function preparedCalls(
  scenario: CallScenario,
  { driver, generators, connections, maxOpen }: Options,
): Promise<Omit<PlayCallsOptions, "part" | "onProgress" | "signal">> {
  if (driver === "ghz" || driver === "autocannon") {
    throw new LoadError(
      `--driver ${driver}: of any target it is for searches (load capacity); a run knows intended times, and it does not: use raw.`,
    );
  }
  if (driver === "grpc-js" && scenario.target.protocol !== "grpc") {
    throw new LoadError(
      `--driver grpc-js: it speaks gRPC alone, and the target is of ${scenario.target.protocol}: use raw.`,
    );
  }
  return {
    ...(await prepareCallPlay(scenario)),
    machine: describeMachine(),
    command: commandLine(),
    generators,
    generator: { driver, ...connectionsTo(scenario.target, connections), maxOpen },
  };
}

/** When a gRPC target was named and no method: says what there is. Throws a LoadError that does. */
export async function explainMissingCall(options: CallOptions): Promise<void> {
  const { target, call } = options;
  if (target === undefined || call !== undefined || areUrls(target)) return;
  const asked = targetOf(options);
  const { addresses, protos, descriptorSet } = asked;
  const given = {
    ...(protos && { protos }),
    ...(descriptorSet !== undefined && { descriptorSet }),
  };
  const isGiven = protos !== undefined || descriptorSet !== undefined;
  const methods = isGiven
    ? methodsIn(await descriptorsFor(given, [], () => reflectionOf(asked)))
    : await listMethods(await reflectionOf(asked));
  const where = isGiven ? "In what was given" : `At ${addresses[0]}`;
  throw new LoadError(`--call: which method? ${where} there are ${methods.join(", ")}.`);
}

/** `load run --target`: calls of any target, once. */
export async function runCalls(
  scenario: CallScenario,
  { part, ...options }: Options & LiveOptions & { readonly part: PartOptions | undefined },
): Promise<RunResult> {
  const live: LiveOptions = options;
  const prepared = await preparedCalls(scenario, options);
  return withInterrupt(async (signal) => {
    await using observers = await openObservers(prepared.scenario, live);
    using bar = observers.isTerminalTaken ? undefined : runBar(scenario);
    const onProgress = (progress: Progress) => {
      bar?.show(progress);
      observers.show(progress);
    };
    return await playCalls({ ...prepared, part, onProgress, signal });
  });
}
