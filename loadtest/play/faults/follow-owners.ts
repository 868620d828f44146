import type { Clock } from "../../../services/platform/clock/clock.ts";
import type { OpenTarget } from "../../target/target.ts";

type Owners = OpenTarget["ownerByShard"];

const LOOK_MS = 1_000;

/**
 * Tells whenever shards have another owner, as on cql after a process was lost, until the signal. A shard
 * that nobody owns for a while stays where it was: its calls are asked, and fail.
 */
export async function followOwners(
  target: Pick<OpenTarget, "ownerByShard">,
  tell: (ownerByShard: Owners) => void,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  let known = target.ownerByShard;
  while (await elapsed(clock, signal)) {
    const now = target.ownerByShard.map((owner, shard) => (owner < 0 ? known[shard] : owner));
    if (now.every((owner, shard) => owner === known[shard])) continue;
    known = now;
    tell(known);
  }
}

/** False: the signal came before. */
function elapsed(clock: Clock, signal: AbortSignal): Promise<boolean> {
  return clock.delay(LOOK_MS, signal).then(
    () => true,
    () => false,
  );
}
