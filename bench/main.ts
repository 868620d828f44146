/** `npm run bench -- [NAME...] [--write]`: ratios within one run, as a table; never a test. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describeMachine } from "../loadtest/target/describe-machine.ts";
import { Command } from "../tools/command-line/command.ts";
import { atRest } from "./at-rest.ts";
import { batchGetPosts } from "./batch-get-posts.ts";
import { bookstore } from "./bookstore/bookstore.ts";
import { bookstoreCql } from "./bookstore/bookstore-cql.ts";
import { cqlAppends } from "./cql/appends.ts";
import { friendListsCql } from "./cql/friends/friend-lists.ts";
import { postLogCql } from "./cql/post-log.ts";
import { postCql } from "./cql/posts.ts";
import { textOnDiskCql } from "./cql/text-on-disk.ts";
import { createPost } from "./create-post.ts";
import { engagement } from "./engagement.ts";
import { eraseLdbc } from "./erasure/erase-ldbc.ts";
import { erasePages } from "./erasure/erase-pages.ts";
import { eraseSqlite } from "./erasure/erase-sqlite.ts";
import { eraseStores } from "./erasure/erase-stores.ts";
import { fanOut } from "./fan-out.ts";
import { growthLedger, growthOthers, growthService } from "./growth.ts";
import { limits } from "./limits.ts";
import { capacityTruth } from "./load/capacity/capacity-truth.ts";
import { honesty } from "./load/honesty/honesty.ts";
import { population } from "./load/population.ts";
import { recording } from "./load/recording.ts";
import { sameLoad } from "./load/same-load.ts";
import { traffic } from "./load/traffic.ts";
import { memory } from "./memory.ts";
import { admission } from "./overload/admission.ts";
import { slowReplica } from "./overload/slow-replica.ts";
import { type Benchmark, markdownTable } from "./support/table.ts";
import { appendEntries } from "./timeline/append-entries.ts";
import { checkTimelines } from "./timeline/check-timelines.ts";
import { coldScroll } from "./timeline/cold-scroll.ts";
import { entryStore } from "./timeline/entry-store.ts";
import { getTimeline } from "./timeline/get-timeline.ts";
import { millionFriends } from "./timeline/million-friends.ts";
import { recentIndex } from "./timeline/recent-index.ts";
import { ringSize } from "./timeline/ring-size.ts";
import { tls } from "./tls/tls.ts";
import { tracing } from "./tracing.ts";

const BENCHMARKS: readonly Benchmark[] = [
  createPost,
  batchGetPosts,
  tracing,
  getTimeline,
  appendEntries,
  entryStore,
  recentIndex,
  ringSize,
  coldScroll,
  checkTimelines,
  millionFriends,
  fanOut,
  cqlAppends,
  postCql,
  postLogCql,
  friendListsCql,
  textOnDiskCql,
  admission,
  slowReplica,
  tls,
  limits,
  memory,
  atRest,
  growthLedger,
  growthOthers,
  growthService,
  population,
  traffic,
  recording,
  sameLoad,
  ...honesty,
  ...capacityTruth,
  engagement,
  bookstore,
  eraseSqlite,
  eraseLdbc,
  eraseStores,
  erasePages,
  bookstoreCql,
];
const DOCUMENT = resolve(import.meta.dirname, "../docs/benchmarks.md");

const program = new Command("npm run bench --")
  .description("Measures on this machine; the ratios count, the figures vary with it.")
  .argument(
    "[names...]",
    `which, or what their names begin with: ${BENCHMARKS.map(({ name }) => name).join(", ")}; all by default`,
  )
  .option("--write", "keep the tables in docs/benchmarks.md")
  .addHelpText(
    "after",
    `\n${BENCHMARKS.map(({ name, about }) => `  ${name.padEnd(16)} ${about}`).join("\n")}`,
  )
  .parse();
const { write } = program.opts<{ write?: boolean }>();
const unknown = program.args.filter((asked) => meantBy(asked).length === 0);
if (unknown.length > 0) program.error(`Unknown benchmark: ${unknown.join(", ")}. See --help.`);

const chosen = program.args.length === 0 ? BENCHMARKS : program.args.flatMap(meantBy);
const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
const { cpus, model, memoryGiB, node } = describeMachine();
const machine = `${cpus} cores (${model}), ${Math.round(memoryGiB)} GiB, Node ${node}`;
const day = new Date().toISOString().slice(0, 10);
for (const { name, about, run } of chosen) {
  console.log(`\n${name}: ${about}`);
  const table = markdownTable(await run());
  console.log(table);
  const heading = `\`npm run bench -- ${name}\`, ${day}, commit ${commit}, ${machine}`;
  if (write) keep(name, `${heading}\n\n${table}`);
}

/** One by its name, or all whose names begin with these words, as "capacity-truth". */
function meantBy(asked: string): readonly Benchmark[] {
  const exactly = BENCHMARKS.filter(({ name }) => name === asked);
  if (exactly.length > 0) return exactly;
  return BENCHMARKS.filter(({ name }) => name.startsWith(`${asked}-`));
}

/** Replaces the part of the document between the markers of this benchmark. */
function keep(name: string, text: string): void {
  const document = readFileSync(DOCUMENT, "utf8");
  const part = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!part.test(document)) throw new Error(`${DOCUMENT} has no place for ${name}.`);
  writeFileSync(
    DOCUMENT,
    document.replace(part, (_, begin, end) => `${begin}${text}\n${end}`),
  );
}
