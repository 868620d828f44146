import { GetTimelineRequest, TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { connect, createClient } from "../../services/platform/grpc/client.ts";
import { createLogger } from "../../services/platform/telemetry/logger.ts";
import type { Population } from "../population/population.ts";
import type { LoadTarget } from "../target/target.ts";

/** Pages asked for at one time: enough to keep a mesh busy, and no queue of it. */
const AT_ONCE = 32;
const TIMEOUT_MS = 30_000;

/**
 * Reads the first page of every active person whose timeline is here, as the hours before the peak would
 * have: the services then know everyone's friends. Resolves to how many were read; rejects with the first
 * page that fails.
 */
export async function fillCaches(
  target: Pick<LoadTarget, "addresses" | "ownerOf">,
  { active }: Pick<Population, "active">,
): Promise<number> {
  const options = { log: createLogger("load", "silent"), defaultDeadlineMs: TIMEOUT_MS };
  await using channels = new AsyncDisposableStack();
  const owners = target.addresses.timeline.map((address) =>
    createClient(TimelineServiceService, channels.use(connect([address], options))),
  );
  let next = 0;
  let read = 0;
  const readSome = async () => {
    while (next < active.count) {
      const viewer = active.personAt(next++);
      const owner = owners[target.ownerOf(viewer)];
      if (!owner) continue;
      await owner.getTimeline(GetTimelineRequest.fromPartial({ viewerId: BigInt(viewer) }));
      read++;
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, readSome));
  } finally {
    next = active.count; // the others stop, too
  }
  return read;
}
