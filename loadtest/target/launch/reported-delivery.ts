import { readPulledFrom } from "../../../services/friend/host/read-pulled.ts";
import { firstPostIdAt } from "../../../services/model/ids.ts";
import { type AuthorInterval, EVERYONE } from "../../../services/model/pulled/pulled-table.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { connect } from "../../../services/platform/grpc/client/client.ts";
import type { Credentials } from "../../../services/platform/grpc/credentials/credentials.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import type { Delivery } from "../../demand/delivery.ts";
import { TargetError } from "../target-error.ts";

const ASK_MS = 2_000;
const ASK_AGAIN_MS = 200;
/** An interval begins ten seconds ahead. */
const BOUND_MS = 60_000;
/** Workers and owners read the table again each second. */
const READ_BY_ALL_MS = 1_500;
const NOTHING_KNOWN = -1n;

/** By which delivery a mesh's posts travel now, as the table of its friend service has it, whatever it was told to do. */
export async function reportedDelivery(
  friendAddresses: readonly string[],
  credentials?: Credentials,
): Promise<Delivery> {
  using table = openTable(friendAddresses, credentials);
  return deliveryNow(await table.read());
}

/**
 * A mesh that was asked to deliver by pull does so some seconds later: waits until its friend service says that
 * everybody's posts are pulled, and every process has read that. Rejects with TargetError when it never says so.
 */
export async function untilPulled(
  friendAddresses: readonly string[],
  credentials?: Credentials,
): Promise<void> {
  using table = openTable(friendAddresses, credentials);
  const deadlineMs = performance.now() + BOUND_MS;
  for (;;) {
    if (deliveryNow(await table.read()) === "pull") return systemClock.delay(READ_BY_ALL_MS);
    if (performance.now() > deadlineMs) {
      throw new TargetError(
        `The mesh still pushes, ${BOUND_MS / 1_000} s after it was to pull: is its friend service told TIDINGS_DELIVERY=pull?`,
      );
    }
    await systemClock.delay(ASK_AGAIN_MS);
  }
}

/** Some authors may be pulled while all others' posts are pushed: that is push. */
function deliveryNow(intervals: readonly AuthorInterval[]): Delivery {
  const now = firstPostIdAt(systemClock.nowMs());
  const isPulled = intervals.some(
    ({ authorId, since, until }) =>
      authorId === EVERYONE && since <= now && (until === undefined || until > now),
  );
  return isPulled ? "pull" : "push";
}

function openTable(friendAddresses: readonly string[], credentials?: Credentials) {
  const log = createLogger("load", "silent");
  const options = { log, defaultDeadlineMs: ASK_MS, to: "friend" };
  const channel = connect(friendAddresses, { ...options, ...(credentials && { credentials }) });
  const read = readPulledFrom(channel, ASK_MS);
  return {
    read: async () => (await read(NOTHING_KNOWN)).intervals,
    [Symbol.dispose]: () => channel[Symbol.dispose](),
  };
}
