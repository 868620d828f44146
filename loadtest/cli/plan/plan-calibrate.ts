import { Command } from "../../../tools/command-line/command.ts";
import type { Delivery } from "../../demand/delivery.ts";
import { type Calibration, calibrate } from "../../plan/calibrate/calibrate.ts";
import { configurationsOn } from "../../plan/calibrate/configurations.ts";
import { playConfiguration } from "../../plan/calibrate/play-configuration.ts";
import type { Checked } from "../../plan/calibrate/predictions.ts";
import type { StreamBytes } from "../../plan/calibrate/stream-bytes.ts";
import type { BatchCurve } from "../../plan/work.ts";
import type { PrefillEngine } from "../../prefill/manifest.ts";
import { signedShare } from "../../report/quantities.ts";
import { findEngines } from "../files/find-engines.ts";
import { writeResult } from "../files/write-result.ts";
import { amount, deliveryOption, engineOption } from "../options/arguments.ts";
import { commandLine } from "../options/command-line.ts";
import { LoadError } from "../options/load-error.ts";
import { withInterrupt } from "../options/with-interrupt.ts";
import { textTable } from "../print/text-table.ts";

interface Options {
  readonly engine: PrefillEngine;
  readonly delivery: Delivery;
  readonly folder: string;
  readonly repeats: number;
  readonly seconds?: number;
  readonly out?: string;
}

/** Of runs that are shorter than they should be. */
const WARM_UP_SECONDS = 3;

function examples(): string {
  const { calibration, heldOut } = configurationsOn({ engine: "embedded", delivery: "push" });
  return `
${calibration.length} mixtures are played and unit costs fitted to them; the CPU of ${heldOut.length} other configurations is predicted,
and the predictions are hashed; only then are these measured. About a quarter of an hour, on a machine that
does nothing else. On cql the engines of \`npm run engines -- up\` are used, at a fifteenth of the load; worlds are
keyspaces that stay. By pull (on cql only) what varies is owners and post processes in place of slices.

Examples:
  npm run load -- plan calibrate --out docs/load/calibration-embedded.json
  npm run load -- plan calibrate --engine cql --out docs/load/calibration-cql.json
  npm run load -- plan calibrate --engine cql --delivery pull --out docs/load/calibration-cql-pull.json`;
}

/** `load plan calibrate`: what one unit of each work costs on this machine, and how well that predicts. */
export function calibrateCommand(): Command {
  return new Command("calibrate")
    .description("Measures what each work costs, and checks what follows from it.")
    .addOption(engineOption("whose costs"))
    .addOption(deliveryOption("how the meshes deliver that are measured"))
    .option("--folder <path>", "where worlds are filled, and kept", ".data/load/plan")
    .option("--repeats <n>", "of each configuration that is checked", amount(1, 20), 2)
    .option(
      "--seconds <n>",
      "of each run, to try it out: costs of short runs are rough",
      amount(3, 600),
    )
    .option("--out <file>", "where the calibration goes; .data/load/results by default")
    .addHelpText("after", examples)
    .action(run);
}

async function run({ engine, delivery, folder, repeats, seconds, out }: Options): Promise<void> {
  const command = commandLine();
  const length = seconds === undefined ? undefined : { seconds, warmUpSeconds: WARM_UP_SECONDS };
  const configurations = configurationsOn({ engine, delivery, length });
  const plays = new Map<string, number>();
  if (engine === "cql") await findEngines();
  const calibration = await withInterrupt((signal) =>
    calibrate(
      {
        configurations,
        async measure(configuration) {
          if (signal.aborted) throw new LoadError("Interrupted: a calibration needs all its runs.");
          const onStage = (what: string) => console.error(what);
          const playedOn = { folder, command, signal, onStage, plays };
          return await playConfiguration(configuration, playedOn);
        },
        onPredicted: ({ predictions, sha256 }) => {
          for (const { configuration, cpu } of predictions) {
            console.error(`predicted for ${configuration}: ${cpu.toFixed(3)} CPU seconds a second`);
          }
          console.error(`SHA-256 of the predictions, before their measurement: ${sha256}`);
        },
        repeats,
        now: () => new Date(),
      },
      command,
    ),
  );
  const file = await writeResult(calibration, out);
  console.log(`${summary(calibration)}\nCalibration: ${file}`);
}

function summary(calibration: Calibration): string {
  const { checked, errors, costs, batches, streamBytes = {}, unsteady } = calibration;
  const row = ({
    configuration,
    predicted,
    measured,
    error,
    allowed,
    holds,
    naiveError,
  }: Checked) => [
    configuration,
    predicted.toFixed(3),
    measured.map((one) => one.toFixed(3)).join(" "),
    signedShare(error),
    signedShare(allowed),
    holds ? "holds" : "FAILS",
    signedShare(naiveError),
  ];
  const costRows = Object.entries(costs).flatMap(([tier, { idle, turns, each }]) => [
    [tier, "being there", `${(1e6 * idle).toFixed(0)} us a second`],
    ...(turns
      ? [["", `turns, ${turns.atMost}/s at most`, `${(1e6 * turns.each).toFixed(2)} us`]]
      : []),
    ...Object.entries(each).map(([kind, cost]) => ["", kind, `${(1e6 * cost).toFixed(2)} us`]),
  ]);
  return [
    textTable([["tier", "work", "CPU each"], ...costRows]),
    `A live stream takes ${streamSizes(streamBytes)}.`,
    levelsText(batches),
    ...(unsteady.length === 0
      ? []
      : [`The machine's speed changed, both times, in: ${unsteady.join(", ")}.`]),
    "",
    textTable([
      ["held out", "predicted", "measured", "error", "allowed", "", "naive error"],
      ...checked.map(row),
    ]),
    `Root mean square error: ${signedShare(errors.ours)}, of a naive linear planner ${signedShare(errors.naive)}.`,
  ].join("\n");
}

/** On CQL there are no commits to be counted, and by pull no calls. */
function levelsText({ callsAtMost, commitsAtMost }: BatchCurve): string {
  const level = (atMost: number) =>
    atMost === Number.MAX_SAFE_INTEGER ? "nowhere" : `at ${atMost.toFixed(0)} a second`;
  return `Calls to an owner level off ${level(callsAtMost)}, commits of posts ${level(commitsAtMost)}.`;
}

function streamSizes(bytes: StreamBytes): string {
  const sizes = Object.entries(bytes).map(
    ([tier, each]) => `${(each / 1_024).toFixed(0)} KiB in ${tier}`,
  );
  return sizes.length === 0 ? "what nobody measured" : sizes.join(" and ");
}
