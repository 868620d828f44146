import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FriendServiceService, SignUpRequest } from "#gen/friend/v1/friend.ts";
import { readFriendConfig } from "../../../services/friend/config.ts";
import { createFriendService } from "../../../services/friend/create.ts";
import { readGrowthConfig } from "../../../services/growth/config.ts";
import { createGrowthService } from "../../../services/growth/create.ts";
import { connect, createClient } from "../../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../../services/platform/grpc/testing/patient.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { readPostConfig } from "../../../services/post/config.ts";
import { createPostService } from "../../../services/post/create.ts";
import { until } from "../../support/until.ts";

const log = createLogger("test", "silent");

test("who signs up at the friend service counts here, once, with who brought it, also when this was away", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "tidings-growth-feed-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(dataDir, { recursive: true }));
  const portOf = (name: string) => ({
    [`TIDINGS_${name}_PORT`]: "0",
    [`TIDINGS_${name}_METRICS_PORT`]: "0",
    TIDINGS_DATA_DIR: dataDir,
  });
  const friend = await createFriendService(readFriendConfig(portOf("FRIEND")), { log });
  stack.defer(() => friend.close());
  const post = await createPostService(readPostConfig(portOf("POST")), { log });
  stack.defer(() => post.close());
  const channel = stack.adopt(connect(friend.grpc.address, PATIENT), (one) => one.close());
  const friends = createClient(FriendServiceService, channel);
  const signUp = (userId: bigint, referrerId = 0n, revenue = 0n) =>
    friends.signUp(SignUpRequest.create({ userId, referrerId, revenue, client: "web" }));
  const startGrowth = () =>
    createGrowthService(
      readGrowthConfig({
        ...portOf("GROWTH"),
        TIDINGS_GROWTH_FEED: "mesh",
        TIDINGS_GROWTH_MAX_USERS: "1000",
        TIDINGS_POST_ADDRESSES: post.grpc.address,
        TIDINGS_FRIEND_ADDRESSES: friend.grpc.address,
      }),
      { log },
    );

  // A subscriber takes what is published from when it first came.
  let growth = await startGrowth();
  let known = 0;
  while (growth.store.state.ledger.count === 0) {
    known++;
    await signUp(BigInt(known), 0n, 10n);
  }
  await until(() => growth.store.state.ledger.figuresOf(1).revenue === 10);
  await growth.close();
  await Promise.all([signUp(1_000n, 2_000n, 15n), signUp(2_000n), signUp(2_000n, 1_000n, 7n)]);
  growth = await startGrowth();
  stack.defer(() => growth.close());
  const { ledger } = growth.store.state;
  await until(() => ledger.topReferrers(1)[0]?.brought === 15);
  await expect(signUp(5n, 5n)).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  await expect(signUp(5n, 0n, -1n)).rejects.toThrow("revenue: is -1");
});
