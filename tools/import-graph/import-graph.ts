import { setTimeout as delay } from "node:timers/promises";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { toolCredentials } from "../certs/mesh-certificates.ts";
import { type Counts, noCounts, summaryText } from "./counts.ts";
import { edgesOfLines } from "./edges-of-lines.ts";
import { detectFormat, type FormatOptions } from "./formats/detect.ts";
import { openGraphFile } from "./graph-file.ts";
import { type ImportDeps, importEdges } from "./import-edges.ts";
import { Patience } from "./patience.ts";
import { type Output, showProgress } from "./progress.ts";
import { type Line, readLines } from "./read-lines.ts";
import { lineReport } from "./report.ts";
import { openCheckpoint } from "./resume/checkpoint.ts";
import { Saves } from "./resume/saves.ts";

export interface ImportOptions extends FormatOptions {
  /** Of the friend service, host:port. */
  readonly addresses: readonly string[];
  /** Where it keeps how far it is, to go on from there. */
  readonly stateFolder: string;
  /** Goes on where an earlier run of the same import stopped. */
  readonly resume?: boolean;
  /** Friendships in flight at most. */
  readonly concurrency: number;
  /** Ends the import when what is in flight is done. */
  readonly signal?: AbortSignal;
  /** Counted in here, for who wants to know also when the import fails on the way. */
  readonly counts?: Counts;
}

/** A group commit under load takes a while; a server that is gone answers at once. */
const DEADLINE_MS = 30_000;

/** Imports the file and prints the summary, also when the import fails on the way, which then throws. */
export async function importGraph(
  path: string,
  options: ImportOptions,
  out: Output,
  overrides: Partial<Pick<ImportDeps, "addFriends">> = {},
): Promise<Counts> {
  const { addresses, concurrency, signal, counts = noCounts() } = options;
  const file = await openGraphFile(path);
  const checkpoint = await openCheckpoint(options.stateFolder, path, stateOptions(options));
  const progress = showProgress(file, counts, out);
  const { print } = progress;
  if (options.resume) print(checkpoint.about);
  const report = lineReport(print);
  const patience = new Patience({ nowMs: systemClock.monotonicMs, random: Math.random, print });
  const channel = connect(addresses, {
    log: createLogger("import-graph", "silent"),
    defaultDeadlineMs: DEADLINE_MS,
    credentials: await toolCredentials(),
    to: "friend",
    priority: "rebuild",
    // The import itself tries again, more patiently.
    retry: "none",
  });
  const addFriends =
    overrides.addFriends ?? createClient(FriendServiceService, channel).batchAddFriends;
  const edges = edgesOfLines(watched(readLines(file.chunks), progress.update), counts, {
    chooseFormat: (lines) => {
      const parser = detectFormat(path, lines, options);
      progress.print(`taken: ${parser.about}`);
      return parser;
    },
    doneLines: options.resume ? checkpoint.doneLines : 0,
    report,
  });
  const saves = new Saves(checkpoint);
  const startedMs = systemClock.monotonicMs();
  let isDone = false;
  try {
    const onDone = (line: number) => saves.offer(line);
    await importEdges(edges, counts, {
      ...{ addFriends, patience, concurrency, report, onDone, signal },
      delay: (ms) => delay(ms, undefined, { signal }),
    });
    await saves.done();
    await checkpoint.clear();
    isDone = true;
  } finally {
    await saves.done();
    progress.stop();
    channel.close();
    const seconds = (systemClock.monotonicMs() - startedMs) / 1_000;
    // What failed before anything was done has nothing to sum up.
    const isBegun = Object.values(counts).some((count) => count > 0);
    if (isBegun || isDone) out.write(`${summaryText(counts, seconds)}\n`);
  }
  return counts;
}

async function* watched(
  groups: AsyncIterable<readonly Line[]>,
  update: () => void,
): AsyncGenerator<readonly Line[]> {
  for await (const lines of groups) {
    yield lines;
    update();
  }
}

/** Whatever makes another import of the same file. */
function stateOptions({ addresses, shift, columns, format }: ImportOptions): string {
  return JSON.stringify([addresses, String(shift), columns, format]);
}
