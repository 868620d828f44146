import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import { createGraph } from "../../../../population/graph/graph.ts";
import { userIdOf } from "../../../model/ids.ts";
import { idsOf } from "../../../model/wire/id-pairs.ts";
import { connect, createClient } from "../../../platform/grpc/client/client.ts";
import { PATIENT } from "../../../platform/grpc/testing/patient.ts";
import { createLogger } from "../../../platform/telemetry/logger.ts";
import { readFriendConfig } from "../../config.ts";
import { createFriendService } from "../../create.ts";
import { SyntheticFriendGraph } from "./synthetic-friend-graph.ts";

const WORLD = { people: 10_000, seed: 3 };
const graph = new SyntheticFriendGraph(WORLD);
const population = createGraph(WORLD);
const users = [1n, 77n, 10_000n].map(userIdOf);
const BOUNDS = { maxFriendsEach: 50_000, maxTotalBytes: 1e6 };

test("lists, ranges, counts and checks are those of the population", async () => {
  const lists = await graph.lists(users, BOUNDS);
  const counts = await graph.counts(users);
  for (const [i, user] of users.entries()) {
    const expected = Array.from(population.friends(Number(user)), BigInt);
    expect(idsOf(lists[i].friends)).toEqual(expected);
    expect(lists[i].friendCount).toBe(expected.length);
    expect(counts[i]).toBe(expected.length);
    const middle = idsOf(await graph.range(user, expected[1], expected[4], 2));
    expect(middle).toEqual(expected.slice(1, 3));
    const [first] = expected.map(userIdOf);
    expect(await graph.check(user, [first, user])).toEqual([true, false]);
  }
});

test("lists are bounded by their length and by the bytes of all", async () => {
  const [{ friendCount }] = await graph.lists(users, BOUNDS);
  const [tooLong] = await graph.lists(users, { ...BOUNDS, maxFriendsEach: friendCount - 1 });
  expect(tooLong).toEqual({ friendCount, friends: new Uint32Array(0) });
  expect(await graph.lists(users, { ...BOUNDS, maxTotalBytes: 1 })).toHaveLength(1);
});

test("people beyond the last are not found, in every read", async () => {
  const stranger = userIdOf(10_001n);
  const known = users[0];
  const reads = [
    graph.lists([known, stranger], BOUNDS),
    graph.range(stranger, 0n, 0n, 10),
    graph.counts([stranger]),
    graph.check(known, [stranger]),
    graph.check(stranger, [known]),
  ];
  for (const outcome of await Promise.allSettled(reads)) {
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "NOT_FOUND" } });
  }
});

test("the service serves it when its configuration says so, and changes nothing", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "tidings-synthetic-"));
  const log = createLogger("friend-test", "silent");
  const env = {
    TIDINGS_FRIEND_PORT: "0",
    TIDINGS_FRIEND_METRICS_PORT: "0",
    TIDINGS_DATA_DIR: dataDir,
    TIDINGS_FRIEND_GRAPH: "synthetic",
    TIDINGS_FRIEND_SYNTHETIC_PEOPLE: "10000",
    TIDINGS_FRIEND_SYNTHETIC_SEED: "3",
  };
  const service = await createFriendService(readFriendConfig(env), { log });
  const channel = connect(service.grpc.address, PATIENT);
  const friends = createClient(FriendServiceService, channel);
  const { friendCounts } = await friends.countFriends({ userIds: [77n] });
  expect(friendCounts).toEqual([population.degree(77)]);
  const change = friends.addFriend({ userId: 1n, friendId: 2n });
  await expect(change).rejects.toMatchObject({ code: "FAILED_PRECONDITION" });
  channel.close();
  await service.close();
  await rm(dataDir, { recursive: true });
});
