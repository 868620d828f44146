import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { type ComputedGraph, createGraph } from "../../population/graph/graph.ts";
import { FULL_SIZE_PEOPLE } from "../../population/graph/world.ts";
import { type Benchmark, type Row, short } from "../support/table.ts";

const PEOPLE_ASKED = 40_000;
/** Of the user ids: far apart, so that nothing of a person's neighbours is warm. */
const STRIDE = 7_919 * 1_301;

/** The tables of one graph are too small to be told from what else the heap does. */
const GRAPHS_MEASURED = 20;

/** Friends computed a second and core: CPU seconds count, so other processes do not. */
export const population: Benchmark = {
  name: "population",
  about: "friends computed from a seed, a second of CPU; tables and their memory",
  async run() {
    const small = build(1_000_000);
    const full = build(FULL_SIZE_PEOPLE);
    const [smallFriends, fullFriends] = [small, full].map(({ graphs: [graph] }) => {
      askFriends(graph);
      return perCpuSecond(() => askFriends(graph));
    });
    const checks = perCpuSecond(() => askPairs(full.graphs[0]));
    const ratio = (value: number, base: number) => `${(value / base).toFixed(2)}x`;
    const kib = `${(full.bytesEach / 1_024).toFixed(0)} KiB`;
    return [
      row("friends at 1M people", `${short(smallFriends)}/s`, "", ""),
      row(
        "friends at 500M people",
        `${short(fullFriends)}/s`,
        ratio(fullFriends, smallFriends),
        "at least 10M/s",
      ),
      row("areFriends at 500M people, random pairs", `${short(checks)}/s`, "", ""),
      row(
        "tables at 500M people",
        `built in ${full.msEach.toFixed(0)} ms, ${kib}`,
        `${ratio(full.bytesEach, small.bytesEach)} of those at 1M people`,
        "do not grow with people",
      ),
    ];
  },
};

function row(what: string, measured: string, ratio: string, aim: string): Row {
  return { what, measured, ratio, aim };
}

function build(people: number) {
  const before = memoryBytes();
  const startedMs = performance.now();
  const graphs = Array.from({ length: GRAPHS_MEASURED }, (_, seed) =>
    createGraph({ people, seed }),
  );
  const msEach = (performance.now() - startedMs) / GRAPHS_MEASURED;
  return { graphs, msEach, bytesEach: (memoryBytes() - before) / GRAPHS_MEASURED };
}

/** What `work` says it did, a second of CPU of this process. */
function perCpuSecond(work: () => number): number {
  const before = process.cpuUsage();
  const done = work();
  const { user, system } = process.cpuUsage(before);
  return (done / (user + system)) * 1e6;
}

function askFriends(graph: ComputedGraph): number {
  let friends = 0;
  for (let i = 0; i < PEOPLE_ASKED; i++) friends += graph.friends(personAt(graph, i)).length;
  return friends;
}

function askPairs(graph: ComputedGraph): number {
  for (let i = 0; i < PEOPLE_ASKED; i++) {
    graph.areFriends(personAt(graph, i), personAt(graph, i + PEOPLE_ASKED));
  }
  return PEOPLE_ASKED;
}

function personAt(graph: ComputedGraph, index: number): number {
  return 1 + ((index * STRIDE) % graph.people);
}

/** What is held, after the garbage is gone. */
function memoryBytes(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
