import { writeFile } from "node:fs/promises";
import { Command } from "../../../tools/command-line/command.ts";
import type { JudgedTime } from "../../measure/validity.ts";
import { EXIT_CODES } from "../../measure/verdict.ts";
import { signedShare } from "../../report/quantities.ts";
import {
  type ComparedLag,
  compareLags,
  lagsOf,
  medianLags,
} from "../../simulate/against/compare-lags.ts";
import { fitHop, withHop } from "../../simulate/against/fit-hop.ts";
import { modelOfRun, type SimulatedRun } from "../../simulate/against/model-of-run.ts";
import { readRun } from "../files/read-run.ts";
import { LoadError } from "../options/load-error.ts";
import { textTable } from "../print/text-table.ts";

interface Options {
  readonly fit: readonly string[];
  readonly out?: string;
}

const EXAMPLES = `
One delay of the model is of no bench: from one process's event loop into another's. It is chosen so that the
simulation has the lag of the run given by --fit, or the median of its repeats; the other runs are then
simulated as they were played, at their rate and with their pauses, and may be off by a quarter at p50 and p99.

Example:
  npm run load -- run steady --daily-users 4M --out fitted.json
  npm run load -- run steady --daily-users 8M --out other.json
  npm run load -- simulate check --fit fitted.json --fit again.json other.json --out hop.json

Exit codes: 0 all within a quarter, 3 one is not, 4 a run does not know its own lag well enough to say.`;

/** `load simulate check`: simulates runs of the real mesh, and says how far off the lag is. */
export function simulateCheckCommand(): Command {
  return new Command("check")
    .description("Fits the simulation to one run of the real mesh, and checks it on others.")
    .argument("<runs...>", "results of `load run` that it must predict")
    .requiredOption(
      "--fit <run>",
      "the result of `load run` that it may know; again for each repeat of it",
      (file: string, files: readonly string[] = []) => [...files, file],
    )
    .option("--out <file>", "where the hop goes, as load simulate --calibration takes it")
    .addHelpText("after", EXAMPLES)
    .action(check);
}

async function check(files: readonly string[], { fit, out }: Options): Promise<void> {
  const repeats = await Promise.all(fit.map(simulated));
  const others = await Promise.all(files.map(simulated));
  checkRepeats(repeats);
  const hop = fitHop(medianLags(repeats.map(({ lags }) => lags)), repeats[0].like);
  const compared = ({ file, lags, like }: Read, isFitted: boolean) => ({
    name: isFitted ? `${file} (fitted)` : file,
    lags: compareLags(lags, withHop(like, hop)),
  });
  const held = others.map((one) => compared(one, false));
  console.log(tableOf([...repeats.map((one) => compared(one, true)), ...held]));
  console.log(`Fitted: a hop of ${hop.mean.toFixed(0)} us, sigma ${hop.sigma.toFixed(2)}.`);
  if (out !== undefined)
    await writeFile(out, `${JSON.stringify({ model: { delays: { hop } } })}\n`);
  process.exitCode = exitCodeOf(held.flatMap(({ lags }) => lags));
}

interface Read {
  readonly file: string;
  readonly lags: readonly JudgedTime[];
  readonly like: SimulatedRun;
  /** What was played. */
  readonly scenario: string;
}

async function simulated(file: string): Promise<Read> {
  const run = await readRun(file);
  try {
    const scenario = JSON.stringify([run.scenario, run.target.env]);
    return { file, lags: lagsOf(run), like: modelOfRun(run), scenario };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LoadError(`${file} can't be simulated: ${error.message}.`);
  }
}

function checkRepeats([first, ...others]: readonly Read[]): void {
  const other = others.find(({ scenario }) => scenario !== first.scenario);
  if (other === undefined) return;
  throw new LoadError(
    `${other.file} is no repeat of ${first.file}: --fit takes runs of one scenario, with the same variables.`,
  );
}

function tableOf(
  runs: readonly { readonly name: string; readonly lags: readonly ComparedLag[] }[],
) {
  const ms = (micros: number) => `${(micros / 1000).toFixed(1)} ms`;
  const rows = runs.flatMap(({ name, lags }) =>
    lags.map((lag, i) => [
      i === 0 ? name : "",
      `p${100 * lag.quantile}`,
      ms(lag.measured.micros),
      ms(lag.simulatedMicros),
      signedShare(lag.error),
      lag.holds === undefined ? "INVALID" : lag.holds ? "holds" : "FAILS",
    ]),
  );
  return textTable([["run", "lag", "measured", "simulated", "error", ""], ...rows]);
}

function exitCodeOf(lags: readonly ComparedLag[]): number {
  if (lags.some(({ holds }) => holds === false)) return EXIT_CODES.failed;
  return lags.some(({ holds }) => holds === undefined) ? EXIT_CODES.invalid : EXIT_CODES.passed;
}
