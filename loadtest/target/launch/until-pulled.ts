import { readPulledFrom } from "../../../services/friend/host/read-pulled.ts";
import { firstPostIdAt } from "../../../services/model/ids.ts";
import { EVERYONE } from "../../../services/model/pulled/pulled-table.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { connect } from "../../../services/platform/grpc/client/client.ts";
import type { Credentials } from "../../../services/platform/grpc/credentials/credentials.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { TargetError } from "../target-error.ts";

const ASK_MS = 2_000;
const ASK_AGAIN_MS = 200;
/** An interval begins ten seconds ahead. */
const BOUND_MS = 60_000;
/** Workers and owners read the table again each second. */
const READ_BY_ALL_MS = 1_500;
const NOTHING_KNOWN = -1n;

/**
 * A mesh that was asked to deliver by pull does so some seconds later: waits until its friend service says that
 * everybody's posts are pulled, and every process has read that. Rejects with TargetError when it never says so.
 */
export async function untilPulled(
  friendAddresses: readonly string[],
  credentials?: Credentials,
): Promise<void> {
  const log = createLogger("load", "silent");
  const options = { log, defaultDeadlineMs: ASK_MS, to: "friend" };
  using channel = connect(friendAddresses, { ...options, ...(credentials && { credentials }) });
  const read = readPulledFrom(channel, ASK_MS);
  const deadlineMs = performance.now() + BOUND_MS;
  for (;;) {
    const { intervals } = await read(NOTHING_KNOWN);
    const now = firstPostIdAt(systemClock.nowMs());
    const isInForce = intervals.some(
      ({ authorId, since, until }) => authorId === EVERYONE && until === undefined && since < now,
    );
    if (isInForce) return systemClock.delay(READ_BY_ALL_MS);
    if (performance.now() > deadlineMs) {
      throw new TargetError(
        `The mesh still pushes, ${BOUND_MS / 1_000} s after it was to pull: is its friend service told TIDINGS_DELIVERY=pull?`,
      );
    }
    await systemClock.delay(ASK_AGAIN_MS);
  }
}
