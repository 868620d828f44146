import { Command } from "../../tools/command-line/command.ts";
import { replayScenario } from "../calls/plan/replay-scenario.ts";
import { typedFile } from "./files/where-typed.ts";
import { writeResult } from "./files/write-result.ts";
import { amount, number } from "./options/arguments.ts";
import { protocolOf, refuseMeaningless, typedOptions } from "./options/options-by-target.ts";
import { collect, type TargetFlags, targetOf, withTargetFlags } from "./options/target-flags.ts";
import { runSummary } from "./print/run-summary.ts";
import { exitCodeOf } from "./run.ts";
import { runCalls } from "./run-calls.ts";

interface Options extends TargetFlags {
  readonly threshold?: readonly string[];
  readonly speed: number;
  readonly asRecorded?: boolean;
  readonly generators: number;
  readonly connections?: number;
  readonly maxOpen: number;
  readonly out?: string;
}

const EXAMPLES = `
A trace is a web server's access log, common or combined; an HTTP archive (.har); or NDJSON, each line as one of
  { "time": "2026-11-28T12:00:00Z", "method": "pkg.Service/Method", "message": {}, "metadata": {} }
  { "time": 12.5, "request": "POST /v1/items", "body": { "n": 5 }, "headers": { "x-team": "a" } }
  { "time": 12.5, "method": "POST", "path": "/v1/items", "body": "n=5" }

Examples:
  npm run load -- replay trace.ndjson --target localhost:50051 --speed 2
  npm run load -- replay access.log --target http://localhost:8080 --threshold 'failures == 0'`;

/** `load replay`: a recorded trace at its own pace, or scaled. */
export function replayCommand(): Command {
  return withTargetFlags(new Command("replay"))
    .description("Replays a recorded trace against any target, at its own pace or scaled.")
    .argument("<trace>", "NDJSON, an access log, or a .har", typedFile)
    .option("--speed <n>", "times as fast as it was recorded", number(0.001, 1_000), 1)
    .option("--as-recorded", "whole seconds' calls at once, not spread over each")
    .option("--threshold <text>", "what must hold; again for more", collect)
    .option("--generators <n>", "processes that make the load", amount(1, 64), 1)
    .option("--connections <n>", "to each server, of each generator", amount(1, 1_000))
    .option("--max-open <n>", "calls begun and not over", amount(1, 1e6), 20_000)
    .option("--out <file>", "where the result goes; .data/load/results by default")
    .addHelpText("after", EXAMPLES)
    .action(replay);
}

async function replay(file: string, options: Options, command: Command): Promise<void> {
  const protocol = protocolOf(options.target);
  refuseMeaningless(typedOptions(command), { asked: "flags", protocol });
  const scenario = await replayScenario(
    {
      kind: "calls",
      name: "replay",
      about: `${file}, as it was recorded.`,
      target: targetOf(options),
      arrivals: "poisson",
      seed: 1,
      warmUpSeconds: 0,
      seconds: 1,
      thresholds: options.threshold ?? [],
    },
    { file, speed: options.speed, ...(options.asRecorded && { asRecorded: true }) },
  );
  const { generators, connections, maxOpen } = options;
  const result = await runCalls(scenario, {
    driver: "raw",
    generators,
    maxOpen,
    ...(connections !== undefined && { connections }),
    part: undefined,
  });
  console.log(runSummary(result));
  console.log(`Result: ${await writeResult(result, options.out)}`);
  process.exitCode = exitCodeOf(result);
}
