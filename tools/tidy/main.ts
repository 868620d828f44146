/** Style as a check: the rules of CONTRIBUTING.md that no linter knows. Prints each offence and its place. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { Command } from "../command-line/command.ts";
import { crowdedFolders } from "./folders.ts";
import { offencesIn } from "./rules.ts";

new Command("node tools/tidy/main.ts")
  .description("The rules of CONTRIBUTING.md that no linter knows: each offence and its place.")
  .parse();

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "" && existsSync(file));

const offences = [
  ...crowdedFolders(tracked),
  ...tracked.flatMap((file) => offencesIn(file, readFileSync(file, "utf8"))),
];
for (const offence of offences) console.log(offence);
if (offences.length > 0) {
  console.log(`${offences.length} offences in ${tracked.length} files.`);
  process.exitCode = 1;
}
