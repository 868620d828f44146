/** `npm run completion -- bash | zsh | fish`: prints what makes `tidings TOOL ...` a command that completes. */
import { resolve } from "node:path";
import { Argument, Command } from "commander";
import { describeTools } from "./describe-tools.ts";
import { type Shell, scriptFor } from "./shells.ts";

const ROOT = resolve(import.meta.dirname, "../..");

const [shell] = new Command("npm run completion --")
  .description(
    "A script for your shell: `tidings backup take` for `npm run backup -- take`, from anywhere, with Tab.",
  )
  .addArgument(new Argument("<shell>", "yours").choices(["bash", "zsh", "fish"]))
  .addHelpText(
    "after",
    "\nEvery tool is asked, which takes seconds: keep the script, and write it again when tools change.\n" +
      "bash:  npm run --silent completion -- bash > ~/.tidings-completion; source ~/.tidings-completion\n" +
      "zsh:   npm run --silent completion -- zsh > ~/.tidings-completion; source ~/.tidings-completion\n" +
      "fish:  npm run --silent completion -- fish > ~/.config/fish/conf.d/tidings.fish",
  )
  .parse().processedArgs as [Shell];

process.stdout.write(scriptFor(shell, await describeTools(ROOT), ROOT));
