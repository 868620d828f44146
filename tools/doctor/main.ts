/** `npm run doctor`: what is wrong with this machine and checkout, and what to do about it. */
import { resolve } from "node:path";
import { Command } from "../command-line/command.ts";
import { examine } from "./examine.ts";
import { report } from "./report.ts";

const { json } = new Command("npm run doctor --")
  .description(
    "Looks at versions, packages, configuration, disk, memory, the clock, ports, engines and keys. Changes " +
      "nothing but gen/, which is made again when it is older than proto/.",
  )
  .option("--json", "the findings as JSON", false)
  .addHelpText("after", "\nEnds with 1 when something is wrong, else with 0.")
  .parse()
  .opts<{ json: boolean }>();

const root = resolve(import.meta.dirname, "../..");
const dataDir = resolve(root, process.env.TIDINGS_DATA_DIR ?? ".data");
const findings = await examine({ root, dataDir, env: process.env });
console.log(json ? JSON.stringify(findings, undefined, 2) : report(findings));
process.exitCode = findings.some(({ state }) => state === "wrong") ? 1 : 0;
