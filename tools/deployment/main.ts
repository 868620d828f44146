/** `npm run deployment -- install | render | check`: the chart, and the manifests that are made from it. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Command } from "../command-line/command.ts";
import { findPrograms, installPrograms, type Programs } from "./programs.ts";
import {
  buildKustomization,
  conform,
  lintChart,
  MANIFESTS,
  renderBackups,
  renderChart,
  VARIANTS,
} from "./render.ts";

const HEAD =
  "# Made by `npm run deployment -- render` from deploy/helm/tidings with its default values.\n";
const HEAD_OF_BACKUPS =
  "# Made by `npm run deployment -- render` from deploy/helm/tidings with backup.enabled=true.\n";
const program = new Command("npm run deployment --").description("The Helm chart in deploy/helm.");

program
  .command("install")
  .description(
    "builds helm, kubeconform and kustomize with Go, and gets Kubernetes' schemas with pip",
  )
  .action(() => installPrograms((line) => console.log(line)));
program
  .command("render")
  .description("writes tidings.yaml and backup.yaml of deploy/kubernetes, for who has no helm")
  .action(async () => {
    const found = programs();
    const write = (file: string, head: string, yaml: string) =>
      writeFile(join(MANIFESTS, file), head + yaml);
    await write("tidings.yaml", HEAD, await renderChart(found, []));
    await write("backup.yaml", HEAD_OF_BACKUPS, await renderBackups(found));
  });
program
  .command("check")
  .description("renders every variant, and holds it against the published schemas")
  .action(check);

async function check(): Promise<void> {
  const found = programs();
  const rendered = Object.entries(VARIANTS).map(
    async ([name, settings]) => [name, await renderChart(found, settings)] as const,
  );
  const all = [
    ...(await Promise.all(rendered)),
    ["kustomize", await buildKustomization(found)] as const,
  ];
  const lint = await lintChart(found);
  if (lint !== "") fail(lint);
  for (const [name, yaml] of all) {
    const { valid, skipped, problems } = await conform(found, yaml);
    console.log(`${name.padEnd(14)} ${valid} resources valid, ${skipped} without a schema here`);
    for (const problem of problems) fail(problem);
  }
}

function programs(): Programs {
  const found = findPrograms();
  if (found) return found;
  throw new Error(
    "helm, kubeconform, kustomize or the schemas are missing: npm run deployment -- install",
  );
}

function fail(problem: string): void {
  console.error(problem);
  process.exitCode = 1;
}

await program.parseAsync().catch((error: Error) => fail(error.message));
