/** `npm run licences`: writes docs/licences.md; fails when somebody has to look at one. */
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "../command-line/command.ts";
import { type Lock, licencesDocument, questionable } from "./licences-document.ts";

new Command("npm run licences --")
  .description("Writes docs/licences.md; fails when somebody has to look at a licence.")
  .parse();

const root = resolve(import.meta.dirname, "../..");
const lock: Lock = JSON.parse(readFileSync(resolve(root, "package-lock.json"), "utf8"));
const file = resolve(root, "docs/licences.md");
writeFileSync(file, licencesDocument(lock));
console.log(`Wrote ${file}.`);
for (const one of questionable(lock)) {
  console.error(`${one} is not among the licences that may be used without asking: look at it.`);
  process.exitCode = 1;
}
