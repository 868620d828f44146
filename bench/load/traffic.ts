import { ndjson } from "../../loadtest/traffic/output/ndjson.ts";
import { createTraffic } from "../../loadtest/traffic/traffic.ts";
import { createPopulation } from "../../population/population.ts";
import { type Benchmark, type Row, short } from "../support/table.ts";

const PEOPLE = { full: 500_000_000, small: 5_000_000 };
/** Around the peak of the day. */
const FROM_SECOND = 25 * 3_600;
const SECONDS = 600;

/** Steps made a second and core: CPU seconds count, so other processes do not. */
export const traffic: Benchmark = {
  name: "traffic",
  about: "steps of a day of 50 million users made, a second of CPU; and the memory held for them",
  async run() {
    const full = streamOf(PEOPLE.full);
    const records = measure(full.stream, ({ count }) => count);
    const bytes = full.stream.pendingBytes;
    const lines = measureLines(full);
    // After the full one: code that has seen two worlds is slower in both.
    const small = streamOf(PEOPLE.small);
    measure(small.stream, ({ count }) => count);
    const perUser = bytes / small.stream.pendingBytes;
    return [
      row("steps as typed records", `${short(records)}/s`, "", "10M/s"),
      row("steps as NDJSON", `${short(lines)}/s`, `${(lines / records).toFixed(2)}x`, "2M/s"),
      row(
        "held for sessions in progress, at the peak",
        `${(bytes / 1e6).toFixed(1)} MB`,
        `${perUser.toFixed(0)}x that of a hundredth of the users`,
        "3 words a step, not by user",
      ),
    ];
  },
};

function row(what: string, measured: string, ratio: string, aim: string): Row {
  return { what, measured, ratio, aim };
}

function streamOf(people: number) {
  const population = createPopulation({ people, seed: 1 });
  const slice = { generator: 0, generators: 1, fromSecond: FROM_SECOND, seconds: SECONDS };
  return { population, stream: createTraffic(population, { seed: 1 }).stream(slice) };
}

/** Steps a second of CPU; the replay before the first second does not count. */
function measure<T>(items: Iterable<T>, stepsOf: (item: T) => number): number {
  let steps = 0;
  let started: NodeJS.CpuUsage | undefined;
  for (const item of items) {
    if (started) steps += stepsOf(item);
    else started = process.cpuUsage();
  }
  const { user, system } = process.cpuUsage(started);
  return (steps / (user + system)) * 1e6;
}

function measureLines({ population, stream }: ReturnType<typeof streamOf>): number {
  return measure(ndjson(stream, population), (piece) => {
    // As sending them would.
    const bytes = Buffer.from(piece, "latin1");
    let lines = 0;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
    return lines;
  });
}
