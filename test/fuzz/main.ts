import { Command } from "../../tools/command-line/command.ts";
import { wholeFrom } from "../support/whole-number.ts";
import { FuzzedMesh } from "./fuzzed-mesh.ts";
import { Memory } from "./memory.ts";
import { play } from "./play/play.ts";
import type { Fault, Tally } from "./play/tally.ts";

interface Options {
  readonly seed: number;
  readonly from: number;
  readonly calls: number;
}

const command = new Command("npm run fuzz --")
  .description(
    "Sends a whole mesh, started for it, requests that nobody foresaw: to every RPC by its descriptor, and one of " +
      "ten to every route by the OpenAPI document. A call's number and the seed decide what it sends. A fault " +
      "(INTERNAL, UNKNOWN, an undocumented answer, none at all, a process that ended) is told with how to repeat it.",
  )
  .option("--seed <number>", "what the calls are made of", wholeFrom(0), 16)
  .option("--from <number>", "the first call's number, as where a run was ended", wholeFrom(0), 0)
  .option("--calls <count>", "how many", wholeFrom(0), 100_000)
  .action(run);

async function run({ seed, from, calls }: Options): Promise<void> {
  await using mesh = await FuzzedMesh.start();
  const memory = new Memory();
  const startMs = performance.now();
  let reached = from;
  const onBatch = async ({ calls: made, faulty }: Tally, next: number) => {
    await mesh.checkHealth();
    memory.add(next, mesh.used());
    const rate = made / ((performance.now() - startMs) / 1_000);
    console.error(`${made} calls, ${rate.toFixed(0)}/s, ${faulty} faults; go on by --from ${next}`);
    reached = next;
  };
  memory.add(from, mesh.used());
  const onFault = (fault: Fault) => console.log(told(seed, from, fault));
  const asked = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => asked.abort());
  const { targets, broken } = mesh;
  const { signal } = asked;
  const tally = await play({ targets, broken, seed, from, calls, signal, onBatch, onFault });
  for (const line of report(tally)) console.log(line);
  console.log(memory.table().join("\n"));
  const tookS = ((performance.now() - startMs) / 1_000).toFixed(0);
  console.log(
    `Calls ${from} to ${reached - 1} of seed ${seed} in ${tookS} s: ${tally.faulty} faults.`,
  );
  if (tally.faulty > 0) process.exitCode = 1;
}

/** A call alone, and if that is well, with all that came before it. */
function told(seed: number, from: number, { number, target, said }: Fault): string {
  const replay = (first: number) =>
    `npm run fuzz -- --seed ${seed} --from ${first} --calls ${number - first + 1}`;
  return `${target}: ${said}\n  ${replay(number)}\n  ${replay(from)}`;
}

/** By target, and in all. */
function report(tally: Tally): readonly string[] {
  const line = (name: string, statuses: ReadonlyMap<string, number>) => {
    const sorted = [...statuses].sort(([, a], [, b]) => b - a);
    const count = sorted.reduce((sum, [, one]) => sum + one, 0);
    const parts = sorted.map(([status, one]) => `${status} ${one}`).join(", ");
    return `${String(count).padStart(9)}  ${name}: ${parts}`;
  };
  return [
    ...tally.byTarget().map(([name, statuses]) => line(name, statuses)),
    line("in all", tally.byStatus()),
  ];
}

await command.parseAsync();
