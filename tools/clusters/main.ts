/** `npm run clusters`: a mesh on three nodes of each engine, one of each killed during traffic. */
import { Command } from "commander";
import { amount } from "../../loadtest/cli/options/arguments.ts";
import { clusterTrial } from "./trial.ts";

interface Options {
  readonly people: number;
  readonly pause: number;
}

const command = new Command("npm run clusters --")
  .description(
    "Starts three Cassandra nodes, three brokers and a mesh, kills one of each and every service (kill -9) during " +
      "traffic, and compares every timeline with all acknowledged posts. Takes about 3 GB and some minutes.",
  )
  .option("--people <count>", "who post and read", amount(4, 200), 24)
  .option("--pause <seconds>", "between two kills", amount(1, 600), 5)
  .action(run);

async function run({ people, pause }: Options): Promise<void> {
  const startMs = performance.now();
  const say = (line: string) =>
    console.log(`${((performance.now() - startMs) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
  const result = await clusterTrial({ people, pauseSeconds: pause, say });
  const { posts, entries, scrolls, lapses, kills, lost, extra, repeated } = result;
  say(
    `${posts} posts, ${scrolls} scrolls, ${lapses} lapses, ${kills} killed: ${entries} entries compared`,
  );
  say(`lost ${lost}, repeated ${repeated}, extra ${extra}`);
  if (lost + extra + repeated > 0) process.exitCode = 1;
}

await command.parseAsync();
