import type { Clock } from "../../clock/clock.ts";
import type { Member, ShardRow } from "./assignment.ts";

/** What a process that leaves can do, while it goes on serving what it has not given yet. */
export interface Leaver {
  look(): Promise<Seen>;
  /** Tells whoever looks that it leaves. */
  announce(): Promise<void>;
  /** Stops serving these, and leaves them to whoever should have them. */
  give(rows: readonly ShardRow[]): Promise<void>;
}

/** What it sees in one look. */
export interface Seen {
  /** Of every shard, by its number. */
  readonly rows: readonly ShardRow[];
  readonly own: readonly ShardRow[];
  readonly others: readonly Member[];
}

export interface HandOverTimes {
  readonly clock: Clock;
  /** Between two looks of a process that waits for nothing, ms. */
  readonly tickMs: number;
  /** And of one that knows of somebody who leaves. */
  readonly soonMs: number;
  /** For all of it. */
  readonly withinMs: number;
}

/** So many at most; fewer when the time would not do. */
const PARTS = 8;
/** A part that is not taken by then finds its owner later, as those do that are not given: there may be a reason. */
const TAKEN_WITHIN_TICKS = 2;

/**
 * Announces, waits until everybody has looked, and gives the shards away part by part, each when the one before has
 * been taken; then it stays for another tick. So each is nobody's for a look and a load of its own part, and not for a whole look and the load of
 * everything. Whatever is left at the end is found by others when the lease is released: all of it, when nobody is
 * there to take it, somebody is of a version that does not hear of it, or there is no time for a part.
 */
export async function handOver(leaver: Leaver, times: HandOverTimes): Promise<void> {
  const { clock, tickMs, soonMs, withinMs } = times;
  const endsMs = clock.monotonicMs() + withinMs - tickMs;
  if (withinMs < 2 * tickMs + 3 * soonMs) return;
  let seen = await leaver.look();
  if (seen.own.length === 0 || !hasHeirs(seen)) return;
  await leaver.announce();
  const heardMs = clock.monotonicMs() + tickMs + soonMs;
  while (clock.monotonicMs() < heardMs) {
    await clock.delay(soonMs);
    seen = await leaver.look();
    if (!hasHeirs(seen)) return;
  }
  let roundMs = soonMs;
  for (let left = PARTS; seen.own.length > 0; left--) {
    const beganMs = clock.monotonicMs();
    if (beganMs >= endsMs) return;
    const rounds = Math.floor((endsMs - beganMs) / roundMs);
    const parts = Math.max(1, Math.min(left, rounds));
    const part = seen.own.slice(0, Math.ceil(seen.own.length / parts));
    await leaver.give(part);
    const byMs = Math.min(endsMs, beganMs + TAKEN_WITHIN_TICKS * tickMs);
    const after = await untilTaken(leaver, part, byMs, times);
    if (!after) return;
    seen = after;
    roundMs = Math.max(soonMs, clock.monotonicMs() - beganMs);
  }
  // Who comes here meanwhile, by an older map, is told where to go; and whoever took the last part has loaded it.
  await clock.delay(tickMs);
}

/** What is seen when all of the part has an owner; undefined when it will not have one soon. */
async function untilTaken(
  leaver: Leaver,
  part: readonly ShardRow[],
  byMs: number,
  { clock, soonMs }: HandOverTimes,
): Promise<Seen | undefined> {
  for (;;) {
    await clock.delay(soonMs);
    const seen = await leaver.look();
    if (part.every(({ shard }) => seen.rows[shard].generation !== 0n)) return seen;
    if (!hasHeirs(seen) || clock.monotonicMs() >= byMs) return undefined;
  }
}

/** Whether others stay, and all of the others hear of it. */
function hasHeirs({ others }: Seen): boolean {
  return (
    others.some(({ leaving }) => leaving === false) &&
    others.every(({ leaving }) => leaving !== undefined)
  );
}
