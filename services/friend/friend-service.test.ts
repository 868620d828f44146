import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FriendServiceService } from "#gen/friend/v1/friend.ts";
import type { Client } from "../platform/grpc/call.ts";
import { connect, createClient } from "../platform/grpc/client/client.ts";
import { DomainError, notFound } from "../platform/grpc/errors/errors.ts";
import { PATIENT } from "../platform/grpc/testing/patient.ts";
import { connectRemoteBus } from "../platform/messaging/embedded/remote-bus.ts";
import { createLogger } from "../platform/telemetry/logger.ts";
import { readFriendConfig } from "./config.ts";
import { createFriendService, type FriendOverrides, type FriendService } from "./create.ts";
import { NO_TIMELINES } from "./testing/no-timelines.ts";
import { friendServiceSuite } from "./testing/service-suite.ts";

const log = createLogger("friend-test", "silent");

function configOf(dataDir: string) {
  return readFriendConfig({
    TIDINGS_FRIEND_PORT: "0",
    TIDINGS_FRIEND_METRICS_PORT: "0",
    TIDINGS_DATA_DIR: dataDir,
  });
}

const newFolder = () => mkdtemp(join(tmpdir(), "tidings-friend-"));

/** Runs `use` against a service in this folder, then closes it. */
async function withService<Result>(
  dataDir: string,
  overrides: Partial<FriendOverrides>,
  use: (friends: Client<typeof FriendServiceService>, service: FriendService) => Promise<Result>,
): Promise<Result> {
  const service = await createFriendService(configOf(dataDir), {
    log,
    owners: NO_TIMELINES,
    ...overrides,
  });
  const channel = connect(service.grpc.address, PATIENT);
  try {
    return await use(createClient(FriendServiceService, channel), service);
  } finally {
    channel.close();
    await service.close();
  }
}

describe("the friend service, embedded", () => {
  friendServiceSuite(async () => {
    const dataDir = await newFolder();
    const service = await createFriendService(configOf(dataDir), { log, owners: NO_TIMELINES });
    const channel = connect(service.grpc.address, PATIENT);
    const bus = connectRemoteBus([{ channel, topics: ["edges"] }], { log });
    return {
      service,
      bus,
      close: async () => {
        await bus.close();
        channel.close();
        await service.close();
        await rm(dataDir, { recursive: true });
      },
    };
  });
});

test("the graph and what is on the queue outlive the process", async () => {
  const dataDir = await newFolder();
  await withService(dataDir, {}, async (friends, service) => {
    await friends.addFriend({ userId: 1n, friendId: 2n });
    await service.settle();
  });
  await withService(dataDir, {}, async (friends, service) => {
    expect(await friends.countFriends({ userIds: [1n, 2n] })).toEqual({ friendCounts: [1, 1] });
    const channel = connect(service.grpc.address, PATIENT);
    const bus = connectRemoteBus([{ channel, topics: ["edges"] }], { log });
    expect(await bus.depths()).toEqual([{ queue: "edges.fanout", ready: 1, unsettled: 0 }]);
    await bus.close();
    channel.close();
  });
  await rm(dataDir, { recursive: true });
});

test("a graph that is computed can be read, has an end, and cannot be changed", async () => {
  const dataDir = await newFolder();
  const graph: NonNullable<FriendOverrides["graph"]> = {
    lists: async () => [],
    range: async () => new Uint32Array(0),
    check: async () => [],
    changed: async () => [],
    counts: async (users) => {
      const stranger = users.find((user) => user > 100n);
      if (stranger !== undefined) throw notFound("user", stranger);
      return users.map(() => 3);
    },
  };
  await withService(dataDir, { graph }, async (friends) => {
    expect(await friends.countFriends({ userIds: [1n] })).toEqual({ friendCounts: [3] });
    const failures = [
      friends.countFriends({ userIds: [1n, 101n] }),
      friends.addFriend({ userId: 1n, friendId: 2n }),
      friends.removeFriend({ userId: 1n, friendId: 2n }),
    ];
    const errors = await Promise.all(failures.map((call) => call.catch((error: unknown) => error)));
    const codes = errors.map((error) => error instanceof DomainError && error.code);
    expect(codes).toEqual(["NOT_FOUND", "FAILED_PRECONDITION", "FAILED_PRECONDITION"]);
  });
  await rm(dataDir, { recursive: true });
});

test("a start that fails leaves nothing open: the folder can be used at once", async () => {
  const dataDir = await newFolder();
  await withService(dataDir, {}, async (_friends, service) => {
    const taken = { ...configOf(await newFolder()), port: service.grpc.port };
    await expect(createFriendService(taken, { log })).rejects.toThrow("in use");
    await withService(taken.dataDir, {}, async (friends) => {
      expect(await friends.countFriends({ userIds: [1n] })).toEqual({ friendCounts: [0] });
    });
    await rm(taken.dataDir, { recursive: true });
  });
  await rm(dataDir, { recursive: true });
});
