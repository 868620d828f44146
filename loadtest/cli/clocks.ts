import { Command } from "../../tools/command-line/command.ts";
import { processClocks, quickest } from "../pacers/clock-offset.ts";
import { amount } from "./options/arguments.ts";

const EVERY_MS = 1_000;

/** `load clocks`: how well the two clocks of the pacer can be told apart here, and whether they drift. */
export function clocksCommand(): Command {
  return new Command("clocks")
    .description(
      "Compares the pacer's two clocks each second: the best of twenty readings, and one.",
    )
    .option("--seconds <n>", "how long; an hour shows drift", amount(2, 86_400), 10)
    .action(compareClocks);
}

async function compareClocks({ seconds }: { readonly seconds: number }): Promise<void> {
  const first = quickest(processClocks).offsetMs;
  const best: number[] = [];
  const single: number[] = [];
  const look = () => {
    single.push(1000 * (quickest(processClocks, 1).offsetMs - first));
    best.push(1000 * (quickest(processClocks).offsetMs - first));
  };
  const ended = Promise.withResolvers<void>();
  const timer = setInterval(look, EVERY_MS);
  setTimeout(ended.resolve, seconds * 1000);
  await ended.promise;
  clearInterval(timer);
  console.log(lineOf("the best of twenty readings", best));
  console.log(lineOf("one reading", single));
}

function lineOf(name: string, offMicros: readonly number[]): string {
  const low = Math.min(...offMicros);
  const high = Math.max(...offMicros);
  const drift = (offMicros.at(-1) ?? 0) - offMicros[0];
  const shown = [low, high, drift].map((micros) => micros.toFixed(3));
  return `${name}: ${shown[0]} to ${shown[1]} us off the first, ${shown[2]} us from first to last (${offMicros.length} seconds)`;
}
