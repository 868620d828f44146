/** `npm test`: says what it runs and how long that takes, runs it, and counts. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { findChromium } from "../../loadtest/report/testing/chromium.ts";
import { readConfig } from "../../services/platform/config/config.ts";
import { seededRandom } from "../../services/platform/storage/log/testing/random.ts";
import { childrenOf } from "../../test/support/processes.ts";
import { Command } from "../command-line/command.ts";
import { readEngines, startEngines, stopEngines } from "../engines/engines.ts";
import { readSettings } from "../engines/settings.ts";
import { generate } from "../generate/generate.ts";
import { findPrometheus } from "../monitoring/prometheus.ts";
import { lengthsOf, rememberedLengths, rememberLengths } from "./lengths.ts";
import { slowCores } from "./slow/slow-cores.ts";
import { SLOW_SETTINGS, slowMachine } from "./slow/slow-machine.ts";
import { announce, SUITES } from "./suites.ts";
import { closingLine, type Report, summarise } from "./summary.ts";

const root = resolve(import.meta.dirname, "../..");
const settings = readSettings(process.env);
const tools = { say: (line: string) => console.log(line) };
const resultsFile = join(settings.dataDir, "test", "results.json");
const lengthsFile = join(settings.dataDir, "test", "lengths.json");
const wanted = Boolean(process.env.CI) || process.env.TIDINGS_ENGINES === "1";
const { seed } = readConfig(SLOW_SETTINGS, process.env);
const { args: filters } = new Command("npm test --")
  .description("Says what it runs and how long that takes, runs it, and counts.")
  .argument("[words...]", "choose suites by path; options are vitest's")
  .allowUnknownOption()
  .parse();

await generate(root);
const found = await readEngines(settings.dataDir);
const engines = found ?? (wanted ? await startEngines(settings, tools) : undefined);
try {
  const where = engines && `${engines.amqpUrl}, ${engines.cqlContactPoints.join(",")}`;
  console.log(announce(SUITES, where, rememberedLengths(lengthsFile, engines !== undefined)));
  await using ending = new AsyncDisposableStack();
  const code = await runVitest(await slowness(ending), ending);
  // Vitest that did not understand what it was told has said so, and counted nothing.
  process.exitCode = existsSync(resultsFile) ? count(code) : code || 1;
} finally {
  if (engines && !found) await stopEngines(settings, tools);
}

/** Says what came of it; the exit code. */
function count(code: number): number {
  const report: Report = JSON.parse(readFileSync(resultsFile, "utf8"));
  if (filters.length === 0 && seed === 0) {
    rememberLengths(lengthsFile, engines !== undefined, lengthsOf(report, root));
  }
  const summary = summarise(report);
  // Where nothing may be left out, each is named.
  if (summary.skipped > 0 && process.env.CI) {
    console.log(`Skipped:\n${summary.skippedNames.map((name) => `  ${name}`).join("\n")}`);
  }
  if (!engines) console.log("Left out: the real engines (npm run engines -- up).");
  if (!findPrometheus()) console.log("Left out: Prometheus beside the mesh (npm run prometheus).");
  if (!findChromium()) console.log("Left out: the report in a browser (apt-get install chromium).");
  console.log(`\n${closingLine(summary)}`);
  const incomplete = Boolean(process.env.CI) && summary.skipped > 0;
  return code !== 0 || summary.failed > 0 || incomplete ? 1 : 0;
}

async function slowness(ending: AsyncDisposableStack): Promise<Readonly<Record<string, string>>> {
  if (seed === 0) return {};
  const options = { seed, engines, folder: join(settings.dataDir, "test", "slow"), ...tools };
  return await slowMachine(options, ending);
}

function runVitest(
  slow: Readonly<Record<string, string>>,
  ending: AsyncDisposableStack,
): Promise<number> {
  mkdirSync(join(settings.dataDir, "test"), { recursive: true });
  rmSync(resultsFile, { force: true });
  const child = spawn(
    "vitest",
    [
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${resultsFile}`,
      ...filters,
    ],
    {
      ...{ cwd: root, stdio: "inherit" },
      env: { ...process.env, TIDINGS_DATA_DIR: settings.dataDir, ...slow },
    },
  );
  if (seed > 0) {
    const workers = () => childrenOf(child.pid ?? 0, "vitest/dist/workers");
    ending.use(slowCores(workers, seededRandom(seed)));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}
