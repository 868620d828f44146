import { join } from "node:path";
import { Command } from "../command-line/command.ts";
import { generate } from "./generate.ts";
import { generateTypings } from "./typings.ts";

new Command("npm run generate --")
  .description(
    "Makes gen/ from proto/, and the types of tidings/loadtest, unless it is up to date.",
  )
  .parse();

const root = join(import.meta.dirname, "../..");

// stderr: a script's own output stays clean when npm runs this first.
if (await generate(root)) process.stderr.write("gen/ made from proto/\n");
if (await generateTypings(root)) process.stderr.write("gen/types made from loadtest/\n");
