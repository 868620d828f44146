import { setTimeout as delay } from "node:timers/promises";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { MAX_CONCURRENT_STREAMS } from "../../services/model/limits.ts";
import { systemClock } from "../../services/platform/clock/system-clock.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import { type Counts, noCounts, summaryText } from "./counts.ts";
import { edgesOfLines } from "./edges-of-lines.ts";
import { detectFormat, type FormatName } from "./formats/detect.ts";
import { openGraphFile } from "./graph-file.ts";
import { importEdges } from "./import-edges.ts";
import { type Output, showProgress } from "./progress.ts";
import { type Line, readLines } from "./read-lines.ts";
import { lineReport } from "./report.ts";

export interface ImportOptions {
  /** Of the friend service, host:port. */
  readonly addresses: readonly string[];
  /** Guessed from name and first line when not given. */
  readonly format?: FormatName;
  /** Added to every id. */
  readonly shift: bigint;
  /** Friendships in flight at most. */
  readonly concurrency: number;
}

/** A group commit under load takes a while; a server that is gone answers at once. */
const DEADLINE_MS = 30_000;

/** Imports the file and prints the summary, also when the import fails on the way, which then throws. */
export async function importGraph(
  path: string,
  options: ImportOptions,
  out: Output,
): Promise<Counts> {
  const { addresses, format, shift, concurrency } = options;
  const file = await openGraphFile(path);
  const counts = noCounts();
  const progress = showProgress(file, counts, out);
  const report = lineReport(progress.print);
  const channel = connect(addresses, {
    log: createLogger("import-graph", "silent"),
    defaultDeadlineMs: DEADLINE_MS,
    connections: Math.ceil(concurrency / MAX_CONCURRENT_STREAMS),
    // The import itself tries again, more patiently.
    retry: "none",
  });
  const { addFriend } = createClient(FriendServiceService, channel);
  const edges = edgesOfLines(watched(readLines(file.chunks), progress.update), counts, {
    chooseFormat: (firstLine) => format ?? detectFormat(path, firstLine),
    shift,
    report,
  });
  const startedMs = systemClock.monotonicMs();
  try {
    await importEdges(edges, counts, { addFriend, delay, concurrency, report });
  } finally {
    progress.stop();
    channel.close();
    const seconds = (systemClock.monotonicMs() - startedMs) / 1_000;
    out.write(`${summaryText(counts, seconds)}\n`);
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
