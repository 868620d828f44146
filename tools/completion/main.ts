/** `npm run completion -- bash | zsh | fish`: makes `tidings TOOL ...` a command that completes. */
import { resolve } from "node:path";
import { Argument } from "commander";
import { Command } from "../command-line/command.ts";
import { describeTools } from "./describe-tools.ts";
import { keepScript, nextStep } from "./keep-script.ts";
import { type Shell, scriptFor } from "./shells.ts";

const ROOT = resolve(import.meta.dirname, "../..");

const program = new Command("npm run completion --")
  .description(
    "A script for your shell: `tidings backup take` for `npm run backup -- take`, from anywhere, with Tab.",
  )
  .addArgument(new Argument("<shell>", "yours").choices(["bash", "zsh", "fish"]))
  .option("--into <file>", "keeps it there, whole or not at all; by default it is printed")
  .addHelpText(
    "after",
    "\nEvery tool is asked, which takes some ten seconds: keep the script, and write it again when tools change.\n" +
      "bash, zsh:  npm run completion -- bash --into ~/.tidings-completion\n" +
      "fish:       npm run completion -- fish --into ~/.config/fish/conf.d/tidings.fish",
  )
  .parse();

const [shell] = program.processedArgs as [Shell];
const { into } = program.opts<{ into?: string }>();
if (into !== undefined) console.error("Every tool is asked what it takes: some ten seconds.");
const script = scriptFor(shell, await describeTools(ROOT), ROOT);
if (into === undefined) process.stdout.write(script);
else {
  try {
    await keepScript(script, into);
    console.log(nextStep(shell, into));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
