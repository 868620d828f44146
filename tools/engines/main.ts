/** `npm run engines -- up | down | status`: RabbitMQ and a CQL engine, privately. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "../command-line/command.ts";
import { startEngines, stopEngines } from "./engines.ts";
import { startSecureEngines } from "./private/private.ts";
import { readSettings } from "./settings.ts";
import { stateFile } from "./state/state.ts";
import { describeEngines } from "./status.ts";

const interrupted = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  process.on(name, () => interrupted.abort(new Error(`Ended by ${name}: nothing was left behind`)));
}

// A reader that went away ("| head") must not end a start half-way.
process.stdout.on("error", () => {});
const say = (line: string) => process.stdout.write(`${line}\n`);
const tools = { say, signal: interrupted.signal };

const program = new Command("npm run engines --")
  .description("Starts RabbitMQ and a CQL engine for this checkout, beside any other.")
  .addHelpText("after", "\nREADME.md beside this file names the ways and the variables.");

program
  .command("up")
  .description("start what does not run yet, wait until it answers, leave it running")
  .option("--secure", "both by TLS and with passwords, beside any other, until Ctrl-C", false)
  .action(async ({ secure }: { secure: boolean }) => {
    const settings = readSettings(process.env);
    if (secure) return await upSecurely(settings.dataDir);
    const engines = await startEngines(settings, tools);
    say(`AMQP ${engines.amqpUrl}`);
    say(`CQL  ${engines.cqlContactPoints.join(",")} in ${engines.cqlLocalDataCenter}`);
    say(`State ${stateFile(settings.dataDir)}`);
  });

/** Prints the variables with which services reach them; their data goes with them. */
async function upSecurely(dataDir: string): Promise<void> {
  await using parts = new AsyncDisposableStack();
  // Its own: another that runs shows other certificates.
  const folder = join(dataDir, "engines", `secure-${process.pid}`);
  parts.defer(() => rm(folder, { recursive: true, force: true }));
  const { env } = await startSecureEngines(folder, parts);
  for (const [name, value] of Object.entries(env)) say(`export ${name}=${value}`);
  say("# Both are up until Ctrl-C.");
  const ended = Promise.withResolvers<void>();
  // Nothing else keeps this process, and theirs end with it.
  const kept = setInterval(() => {}, 60_000);
  interrupted.signal.addEventListener("abort", () => ended.resolve());
  if (!interrupted.signal.aborted) await ended.promise;
  clearInterval(kept);
}

program
  .command("down")
  .description("stop what up started; the data stays")
  .action(async () => {
    const settings = readSettings(process.env);
    if (await stopEngines(settings, { say })) {
      say("The engines are down; their data stays");
      return;
    }
    const ofCheckout = stateFile(readSettings({}).dataDir);
    const elsewhere = existsSync(ofCheckout)
      ? `; ${ofCheckout} names others: down without TIDINGS_DATA_DIR stops those`
      : "";
    say(`Nothing was up in ${settings.dataDir}${elsewhere}`);
  });

program
  .command("status")
  .description("say how each engine is; exit with 1 unless both answer")
  .action(async () => {
    const { lines, healthy } = await describeEngines(readSettings(process.env).dataDir);
    lines.forEach(say);
    process.exitCode = healthy ? 0 : 1;
  });

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = interrupted.signal.aborted ? 130 : 1;
}
