import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { readFriendConfig } from "../../../services/friend/config.ts";
import { createFriendService } from "../../../services/friend/create.ts";
import { EVERYONE } from "../../../services/model/pulled/pulled-table.ts";
import { systemClock } from "../../../services/platform/clock/system-clock.ts";
import { connect, createClient } from "../../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../../services/platform/grpc/testing/patient.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { reportedDelivery } from "./reported-delivery.ts";

const MINUTE_MS = 60_000;
const log = createLogger("test", "silent");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-delivery-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a mesh's delivery is what its table has for now, whatever it was told", async () => {
  const config = readFriendConfig({
    TIDINGS_FRIEND_PORT: "0",
    TIDINGS_FRIEND_METRICS_PORT: "0",
    TIDINGS_DATA_DIR: folder,
    TIDINGS_DELIVERY: "push",
  });
  // What it is asked for counts ten seconds ahead of this: it does at once.
  const clock = { ...systemClock, nowMs: () => systemClock.nowMs() - MINUTE_MS };
  const service = await createFriendService(config, { log, clock });
  await using ending = new AsyncDisposableStack();
  ending.defer(() => service.close());
  const addresses = [service.grpc.address];
  using channel = connect(addresses, PATIENT);
  const friends = createClient(FriendServiceService, channel);
  expect(await reportedDelivery(addresses)).toBe("push");
  await friends.setPulled({ authorId: 7n, pulled: true });
  expect(await reportedDelivery(addresses)).toBe("push");
  await friends.setPulled({ authorId: EVERYONE, pulled: true });
  expect(await reportedDelivery(addresses)).toBe("pull");
  await friends.setPulled({ authorId: EVERYONE, pulled: false });
  expect(await reportedDelivery(addresses)).toBe("push");
});
