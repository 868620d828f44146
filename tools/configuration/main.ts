/** `npm run configuration`: writes docs/configuration.md and docs/access.md from what the services declare. */
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "../command-line/command.ts";
import { accessDocument } from "./access-document.ts";
import { configurationDocument } from "./document.ts";

new Command("npm run configuration --")
  .description("Writes docs/configuration.md and docs/access.md from what the services declare.")
  .parse();

const documents = { "configuration.md": configurationDocument(), "access.md": accessDocument() };
for (const [name, text] of Object.entries(documents)) {
  const file = resolve(import.meta.dirname, "../../docs", name);
  writeFileSync(file, text);
  console.log(`Wrote ${file}.`);
}
