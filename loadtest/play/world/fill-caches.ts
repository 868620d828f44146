import { GetTimelineRequest, TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import type { Population } from "../../../population/population.ts";
import { inParallel } from "../../../services/platform/concurrency/in-parallel.ts";
import { connect, createClient } from "../../../services/platform/grpc/client/client.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { loadCredentials } from "../../target/load-credentials.ts";
import type { OpenTarget } from "../../target/target.ts";

/** Pages asked for at one time: enough to keep a mesh busy, and no queue of it. */
const AT_ONCE = 32;
const TIMEOUT_MS = 30_000;

/**
 * Reads the first page of every active person whose timeline is here, as the hours before the peak would
 * have: the services then know everyone's friends. Rejects with the first page that fails.
 */
export async function fillCaches(
  target: Pick<OpenTarget, "addresses" | "ownerOf" | "tokenEnv">,
  { active }: Pick<Population, "active">,
): Promise<void> {
  const credentials = await loadCredentials(target.tokenEnv);
  const log = createLogger("load", "silent");
  const options = { log, defaultDeadlineMs: TIMEOUT_MS, credentials, to: "timeline" };
  await using channels = new AsyncDisposableStack();
  const owners = target.addresses.timeline.map((address) =>
    createClient(TimelineServiceService, channels.use(connect([address], options))),
  );
  await inParallel(AT_ONCE, everyone(active), async (viewer) => {
    const owner = owners[target.ownerOf(viewer)];
    await owner?.getTimeline(GetTimelineRequest.fromPartial({ viewerId: BigInt(viewer) }));
  });
}

function* everyone({ count, personAt }: Population["active"]): Generator<number> {
  for (let index = 0; index < count; index++) yield personAt(index);
}
