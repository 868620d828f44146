/** `npm run monitoring`: writes the table of metrics, alert rules and dashboards. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Command } from "../command-line/command.ts";
import { monitoringFiles } from "./files.ts";

new Command("npm run monitoring --")
  .description("Writes the table of metrics, alert rules and dashboards.")
  .parse();

const root = resolve(import.meta.dirname, "../..");
for (const [path, text] of monitoringFiles()) {
  const file = resolve(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`Wrote ${path}.`);
}
