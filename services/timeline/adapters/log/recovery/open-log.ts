import { join } from "node:path";
import { DamageError } from "../../../../platform/storage/log/damage.ts";
import type { FileSystem } from "../../../../platform/storage/log/file-system.ts";
import { type SegmentOptions, Segments } from "../../../../platform/storage/log/segments.ts";
import type { Logger } from "../../../../platform/telemetry/logger.ts";
import { thinned } from "../../../../platform/telemetry/thinned.ts";
import { type RingLimits, Rings } from "../../../domain/rings/rings.ts";
import { type Recovered, recover } from "./recover.ts";

/** The log and its snapshot. Renamed as a whole when they are damaged: one atomic step. */
const LIVE = "live";
const DAMAGED = "damaged-";
const NO_ROOM_EVERY_MS = 10_000;

export interface OpenLogOptions {
  readonly folder: string;
  readonly files: FileSystem;
  readonly log: Logger;
  readonly limits: RingLimits;
  readonly maxSegmentBytes: number;
}

export interface OpenedLog {
  readonly rings: Rings;
  readonly segments: Segments;
  readonly snapshotStart: number;
}

/** Recovers the rings from the folder and begins a new segment. After damage all are inactive. */
export async function openLog(options: OpenLogOptions): Promise<OpenedLog> {
  const { files, folder, limits, maxSegmentBytes } = options;
  const live = join(folder, LIVE);
  await files.makeFolder(live);
  let rings = new Rings(limits);
  let recovered: Recovered;
  try {
    recovered = await recover(files, live, rings);
  } catch (error) {
    if (!(error instanceof DamageError)) throw error;
    await setAside(options, live, error);
    rings = new Rings(limits);
    recovered = await recover(files, live, rings);
  }
  const { segments: sealed, position, snapshotStart } = recovered;
  const onNoRoom = sayingThatDiskIsFull(options.log);
  const own: SegmentOptions = { files, folder: live, maxSegmentBytes, onNoRoom };
  const segments = await Segments.begin(own, sealed, position);
  return { rings, segments, snapshotStart };
}

function sayingThatDiskIsFull(log: Logger): (error: unknown) => void {
  return thinned(NO_ROOM_EVERY_MS, (error, times) =>
    log.error({ err: error, times }, "the disk is full: nothing is appended until it has room"),
  );
}

async function setAside(options: OpenLogOptions, live: string, error: Error): Promise<void> {
  const { files, folder, log } = options;
  const names = await files.list(folder);
  const number = names.filter((name) => name.startsWith(DAMAGED)).length + 1;
  const aside = join(folder, `${DAMAGED}${number}`);
  await files.rename(live, aside);
  await files.makeFolder(live);
  await files.syncFolder(folder);
  log.error(
    { error: error.message, keptIn: aside },
    "THE TIMELINE LOG IS DAMAGED: all viewers of this process are inactive, " +
      "and their timelines are filled again when they next read. The files are kept aside",
  );
}
