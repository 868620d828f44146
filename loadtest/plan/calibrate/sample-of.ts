import { COUNTERS, HISTOGRAMS } from "../../../services/model/metrics.ts";
import { measuredFrom } from "../../measure/measured-json.ts";
import { median } from "../../measure/median.ts";
import type { RunResult } from "../../results/run-result.ts";
import { STREAM_COUNTERS } from "../../streams/hold-streams.ts";
import type { Sample, Tier } from "../unit-costs.ts";
import { TIERS } from "../unit-costs.ts";
import { type BatchCurve, COMMITS_OF_A_LONE_POST, type Load, type Work } from "../work.ts";
import { type Configuration, isOverRest, OPERATIONS, processesOf } from "./configuration.ts";

/** As services/fanout/metrics.ts names them. */
const ENTRIES = COUNTERS.fanoutEntries.name;
const ROWS_TOLD = `${COUNTERS.indexRows.name}{way="told"}`;
const PIECES = HISTOGRAMS.fanoutPostsPerCall.name;
/** As services/post/engines/embedded.ts names it. */
const COMMITS = `${HISTOGRAMS.commitWrites.name}_count`;

/**
 * What a run did and what that took: as it was counted, not as it was asked for. Only how much of it was
 * this slice's follows from the description. Throws RangeError for a target whose processes were not seen, and for one
 * that pushed what it was to leave to its readers.
 */
export function sampleOf(configuration: Configuration, load: Load, run: RunResult): Sample {
  const { name, delivery, timelines, scenario } = configuration;
  const { measured, resources, target } = run;
  const { operations, counters } = measuredFrom(measured);
  const seconds = resources.atSeconds.at(-1) ?? 0;
  if (seconds === 0) throw new RangeError(`${name}: nothing of its processes was seen.`);
  const answered = (names: readonly string[]) =>
    operations
      .filter((one) => names.includes(one.name))
      .reduce((sum, { counts }) => sum + counts.ok, 0) / seconds;
  const counted = (key: string) => (resources.work[key] ?? 0) / seconds;
  const posts = answered(OPERATIONS.posts);
  const pages = answered(OPERATIONS.pages);
  const isRest = isOverRest(scenario);
  const batches = isRest ? pages : answered(OPERATIONS.batches);
  const pieces = counted(`${PIECES}_sum`);
  const appendCalls = counted(`${PIECES}_count`);
  const here = timelines / target.owners;
  const isPulled = delivery === "pull";
  if (isPulled) checkPulled(name, run, posts > 0);
  const work: Work = {
    posts,
    postedKiB: (posts * load.textBytes) / 1024,
    commits: counted(COMMITS),
    friendsListed: isPulled ? 0 : posts * load.friendsPerPost,
    pieces,
    appendCalls,
    piecesHere: pieces * here,
    appendCallsHere: appendCalls * here,
    stored: counted(`${ENTRIES}{result="appended"}`),
    dropped: counted(`${ENTRIES}{result="dropped"}`),
    indexed: isPulled ? posts * timelines : 0,
    logMessages: isPulled ? counted(COUNTERS.postLogMessages.name) : 0,
    logTableReads: isPulled ? counted(COUNTERS.postLogReads.name) : 0,
    pages,
    searched: isPulled ? pages * load.friendsPerReader : 0,
    batches,
    postsRead: batches * load.postsPerPage,
    restPosts: isRest ? posts : 0,
    restPages: isRest ? pages : 0,
    streams: counters.get(STREAM_COUNTERS.open) ?? 0,
    events: (counters.get(STREAM_COUNTERS.entries) ?? 0) / seconds,
  };
  return {
    name,
    work,
    cpu: cpuByTier(resources, seconds),
    processes: processesOf(configuration),
    residentMiB: residentByTier(resources),
  };
}

function sumOf(work: RunResult["resources"]["work"], isMeant: (key: string) => boolean): number {
  return Object.entries(work).reduce((sum, [key, count]) => sum + (isMeant(key) ? count : 0), 0);
}

/** By what the mesh counted, whatever it was told: no entry went to an owner, no viewer has a timeline, and owners were told of the log. */
function checkPulled(name: string, run: RunResult, hasPosts: boolean): void {
  const pushed = sumOf(run.resources.work, (key) => key.startsWith(ENTRIES));
  const kept = run.fill?.end.activeViewers ?? 0;
  if (hasPosts && (run.resources.work[ROWS_TOLD] ?? 0) === 0) {
    throw new RangeError(`${name}: no owner was told of a row of the post log.`);
  }
  if (pushed + kept === 0) return;
  throw new RangeError(
    `${name}: of a mesh that was to pull ${pushed} entries were pushed and ${kept} timelines were kept.`,
  );
}

/** CPU seconds a second, the processes of a tier together; the sinks of a slice are no tier. */
function cpuByTier(
  { processes }: RunResult["resources"],
  seconds: number,
): Readonly<Partial<Record<Tier, number>>> {
  return byTier(processes, ({ cpuSeconds }) => cpuSeconds / seconds);
}

/** Medians over the run, the processes of a tier together. */
function residentByTier({
  processes,
}: RunResult["resources"]): Readonly<Partial<Record<Tier, number>>> {
  return byTier(processes, ({ residentMiB }) => median(residentMiB.filter(Number.isFinite)));
}

function byTier(
  processes: RunResult["resources"]["processes"],
  of: (process: RunResult["resources"]["processes"][number]) => number,
): Readonly<Partial<Record<Tier, number>>> {
  const sums: Partial<Record<Tier, number>> = {};
  for (const process of processes) {
    const { label } = process;
    const tier = TIERS.find((one) => label === one || label.startsWith(`${one}-`));
    if (tier) sums[tier] = (sums[tier] ?? 0) + of(process);
  }
  return sums;
}

/**
 * Calls and commits a second at which batching takes over, from runs that counted them. Of calls those with several
 * owners tell: to one alone they are so large that some are cut for their size, and come as two.
 */
export function fitBatchCurve(samples: readonly Sample[], owners: readonly number[]): BatchCurve {
  const isSliced = owners.some((count) => count > 1);
  const calls = samples.flatMap(({ work }, i) =>
    isSliced && owners[i] === 1
      ? []
      : [{ asked: work.pieces / owners[i], counted: work.appendCalls / owners[i] }],
  );
  const commits = samples.map(({ work }) => ({
    asked: COMMITS_OF_A_LONE_POST * work.posts,
    counted: work.commits,
  }));
  return {
    callsAtMost: levelOf(calls, ({ asked, counted }) => 1 / Math.sqrt(counted ** -2 - asked ** -2)),
    commitsAtMost: levelOf(commits, ({ asked, counted }) => 1 / (1 / counted - 1 / asked)),
  };
}

/** How many there would be if each went alone, and how many there were. */
interface Level {
  readonly asked: number;
  readonly counted: number;
}

/** The median of what `mostIn` says, over runs in which batching showed at all. */
function levelOf(levels: readonly Level[], mostIn: (level: Level) => number): number {
  const found = levels.flatMap((level) =>
    level.counted > 0 && level.counted < SHOWS * level.asked ? [mostIn(level)] : [],
  );
  found.sort((a, b) => a - b);
  return found[found.length >> 1] ?? Number.MAX_SAFE_INTEGER;
}

const SHOWS = 0.95;
