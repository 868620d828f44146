import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Client } from "cassandra-driver";
import { mix } from "../../population/hash.ts";
import { planText, writeText } from "../../population/people/texts.ts";
import { present } from "../../services/model/invariant.ts";
import { MAX_TEXT_BYTES } from "../../services/model/limits.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { inParallel } from "../../services/platform/concurrency/in-parallel.ts";
import { engineSets } from "../../test/support/engines/engine-sets.ts";
import { dropKeyspace } from "../../tools/engines/private/remove-own.ts";
import { startBenchMesh } from "../support/bench-mesh.ts";
import type { Benchmark, Row } from "../support/table.ts";
import { connectDriver } from "./bare-driver.ts";
import { insertPost } from "./bare-statements.ts";
import { benchEngines } from "./engine-pids.ts";

const POSTS = 15_000;
const IN_FLIGHT = 32;
const ROOT = resolve(import.meta.dirname, "../..");
/** Shorter ones are lists of badges. */
const MIN_SOURCE_CHARACTERS = 4_000;
const FLUSH_POLL_MS = 1_000;
const FLUSH_POLLS = 60;

/** What the longest texts take on the database's disks: the plan's `--text-on-disk`. */
export const textOnDiskCql: Benchmark = {
  name: "text-on-disk-cql",
  about: "bytes that a post of 1 KB takes on disk: letters at random, and English prose",
  async run() {
    const engines = await benchEngines();
    const folder = engines?.pids.cassandra?.folder;
    if (folder === undefined) {
      const measured = "left out: no database of this machine is up";
      return [{ what: "texts on disk", measured, ratio: "", aim: "" }];
    }
    const tables = join(folder, "data", "tables");
    const sources = prose();
    const kinds: readonly [string, (i: number) => string][] = [
      ["letters at random, as the population writes", (i) => ofLetters(i)],
      [`prose: README files and pages, ${sources.length} of them`, (i) => ofProse(sources, i)],
    ];
    const rows: Row[] = [];
    let random: number | undefined;
    for (const [what, text] of kinds) {
      const bytes = await bytesOnDisk(tables, text);
      random ??= bytes;
      rows.push({
        what: `a post of ${MAX_TEXT_BYTES} bytes, ${what}`,
        measured: `${bytes.toFixed(0)} bytes in its table`,
        ratio: `${(1 - (random - bytes) / MAX_TEXT_BYTES).toFixed(2)} of the text`,
        aim: "",
      });
    }
    return rows;
  },
};

async function bytesOnDisk(tables: string, text: (i: number) => string): Promise<number> {
  const [, { env }] = await engineSets();
  if (!env) throw new Error("The engines went down.");
  const mesh = await startBenchMesh(["post"], env);
  await mesh.stop();
  const driver = await connectDriver(env);
  try {
    const numbers = Array.from({ length: POSTS }, (_, i) => i);
    await inParallel(IN_FLIGHT, numbers, (i) => insertPost(driver, i, Buffer.from(text(i))));
    return (await flushedBytes(driver, join(tables, env.TIDINGS_CQL_KEYSPACE))) / POSTS;
  } finally {
    await driver.shutdown();
    await dropKeyspace(env);
  }
}

/** A change of a table's definition has its rows written to disk. */
async function flushedBytes(driver: Client, keyspace: string): Promise<number> {
  await driver.execute("ALTER TABLE posts WITH comment = 'flushed'", [], { readTimeout: 60_000 });
  let before = 0;
  for (let poll = 0; poll < FLUSH_POLLS; poll++) {
    await systemClock.delay(FLUSH_POLL_MS);
    const bytes = dataBytes(keyspace);
    if (bytes > 0 && bytes === before) return bytes;
    before = bytes;
  }
  throw new Error(`The database has not written ${keyspace} to disk.`);
}

function dataBytes(keyspace: string): number {
  const tables = readdirSync(keyspace).filter((name) => name.startsWith("posts-"));
  const files = tables.flatMap((table) =>
    readdirSync(join(keyspace, table))
      .filter((name) => name.endsWith("-Data.db"))
      .map((name) => join(keyspace, table, name)),
  );
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}

function ofLetters(i: number): string {
  return writeText({ ...planText(i, 0, 0), bytes: MAX_TEXT_BYTES });
}

/** Of one source, from anywhere in it. */
function ofProse(sources: readonly string[], i: number): string {
  const source = present(sources[(mix(i) >>> 0) % sources.length]);
  const start = (mix(i + POSTS) >>> 0) % (source.length - MAX_TEXT_BYTES);
  return source.slice(start, start + MAX_TEXT_BYTES);
}

/** What many people wrote: pages of this repository, and what comes with the packages; without code and tables. */
function prose(): readonly string[] {
  const pages = ["docs", "docs/adr", "docs/load"].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(ROOT, folder, name)),
  );
  const packages = readdirSync(join(ROOT, "node_modules")).flatMap((name) => {
    const folder = join(ROOT, "node_modules", name);
    if (!statSync(folder).isDirectory()) return [];
    return readdirSync(folder)
      .filter((file) => file === "README.md")
      .map((file) => join(folder, file));
  });
  return [...pages, ...packages].map(plain).filter(({ length }) => length > MIN_SOURCE_CHARACTERS);
}

function plain(file: string): string {
  return readFileSync(file, "utf8")
    .replace(/```[\s\S]*?```/g, " ")
    .replace(/[-=_|*#`]{2,}/g, " ")
    .replace(/[^\x20-\x7e]+/g, " ")
    .replace(/ +/g, " ");
}
