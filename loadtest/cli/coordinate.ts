import { Command } from "../../tools/command-line/command.ts";
import { Coordinator } from "../calls/coordinate/coordinator.ts";
import { joinRun, UntoldError } from "../calls/coordinate/member.ts";
import { typedScenario } from "./files/where-typed.ts";
import { writeResult } from "./files/write-result.ts";
import { amount, number } from "./options/arguments.ts";
import { type CallOptions, withCallOptions } from "./options/call-options.ts";
import { callsAskedFor } from "./options/calls-asked-for.ts";
import { commandLine } from "./options/command-line.ts";
import { LoadError } from "./options/load-error.ts";
import { typedOptions } from "./options/options-by-target.ts";
import { collect } from "./options/target-flags.ts";
import { withInterrupt } from "./options/with-interrupt.ts";
import { runSummary } from "./print/run-summary.ts";
import { exitCodeOf } from "./run.ts";
import { preparedCalls } from "./run-calls.ts";

interface Options extends CallOptions {
  readonly machines: number;
  readonly host: string;
  readonly port: number;
  readonly joinWithin: number;
  readonly connections?: number;
  readonly maxOpen: number;
  readonly out?: string;
}

/** `load coordinate`: one run by several machines. */
export function coordinateCommand(): Command {
  const command = new Command("coordinate")
    .description("Lets several machines make one run together: each runs what this prints.")
    .argument("[scenario]", "a file of calls; or --target and what to ask of it", typedScenario)
    .requiredOption("--machines <n>", "how many", amount(1, 64))
    .option("--host <address>", "of this machine, as the others reach it", "127.0.0.1")
    .option("--port <n>", "0 is any", number(0, 65_535), 0)
    .option(
      "--join-within <n>",
      "seconds until all machines must have joined",
      number(1, 86_400),
      3600,
    )
    .option("--seconds <n>", "how long is measured", number(1, 86_400))
    .option("--warm-up <n>", "seconds before, sent and not measured", number(0, 3_600))
    .option("--threshold <text>", "what must hold; again for more", collect)
    .option("--connections <n>", "to each server, of each machine", amount(1, 1_000))
    .option("--max-open <n>", "calls begun and not over, of each machine", amount(1, 1e6), 20_000)
    .option("--out <file>", "where the result goes; .data/load/results by default");
  return withCallOptions(command).action(coordinate);
}

async function coordinate(
  file: string | undefined,
  options: Options,
  command: Command,
): Promise<void> {
  const { machines, host, port, joinWithin } = options;
  const asked = await callsAskedFor(file, options, typedOptions(command));
  if (!asked) throw new LoadError("Give a file of calls, or --target ADDRESS --call METHOD.");
  const { connections, maxOpen } = options;
  const { scenario, descriptors, notes, generator } = await preparedCalls(asked, {
    driver: "raw",
    generators: 1,
    maxOpen,
    ...(connections !== undefined && { connections }),
  });
  const encoded = descriptors && Buffer.from(descriptors).toString("base64");
  await using coordinator = await Coordinator.open({
    plan: { scenario, descriptors: encoded, ...(notes && { notes }), generator },
    machines,
    host,
    port,
    joinMs: 1000 * joinWithin,
    onJoined: (machine) => console.error(`${machine} of ${machines} has joined.`),
    onLost: (why) => console.error(why),
  });
  console.error(`On each machine: npm run load -- join ${coordinator.url}`);
  const result = await coordinator.result;
  console.log(runSummary(result));
  console.log(`Result: ${await writeResult(result, options.out)}`);
  process.exitCode = exitCodeOf(result);
}

/** `load join`: this machine's part of a coordinated run. */
export function joinCommand(): Command {
  return new Command("join")
    .description("Makes this machine's part of a run that load coordinate began.")
    .argument("<url>", "as the coordinator printed it")
    .action(async (url: string) => {
      console.error("Waiting for the others.");
      const result = await withInterrupt((signal) =>
        joinRun({ url, command: commandLine(), signal }),
      ).catch(keptWhenUntold);
      console.log(runSummary(result));
      process.exitCode = exitCodeOf(result);
    });
}

/** The coordinator is gone, and this part is not: with the others' files it is the run. */
async function keptWhenUntold(error: Error): Promise<never> {
  if (!(error instanceof UntoldError)) throw error;
  const file = await writeResult(error.result, undefined);
  throw new LoadError(
    `${error.message} It is kept in ${file}: load merge makes one result of all parts.`,
  );
}
