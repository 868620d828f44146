/** `npm run clusters`: a mesh on three nodes of each engine, one of each killed during traffic. */

import { amount } from "../../loadtest/cli/options/arguments.ts";
import { Command } from "../command-line/command.ts";
import { clusterTrial } from "./trial.ts";

interface Options {
  readonly people: number;
  readonly pause: number;
}

/** Of what streams lack. */
const MOST_NAMED = 20;

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
  const { posts, entries, scrolls, lapses, kills, lost, extra, repeated, streams } = result;
  say(
    `${posts} posts, ${scrolls} scrolls, ${lapses} lapses, ${kills} killed: ${entries} entries compared`,
  );
  say(`lost ${lost}, repeated ${repeated}, extra ${extra}`);
  const { breaks, named, unseen } = streams;
  say(
    `${streams.streams} live streams: broken ${breaks} times, named ${named} gaps, lack ${unseen.length}`,
  );
  for (const one of unseen.slice(0, MOST_NAMED)) say(one);
  if (lost + extra + repeated + unseen.length > 0) process.exitCode = 1;
}

await command.parseAsync();
