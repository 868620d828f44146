import { describe, expect, test } from "vitest";
import { FriendServiceService, ListFriendsRequest } from "#gen/friend/v1/friend.ts";
import { readFriendConfig } from "../../../services/friend/config.ts";
import { createFriendService } from "../../../services/friend/create.ts";
import { connect, createClient } from "../../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../../services/platform/grpc/testing/patient.ts";
import { migrate } from "../../../services/platform/storage/cql/migrate.ts";
import { connectCql } from "../../../services/platform/storage/cql/session.ts";
import { LEASE_TABLES, LeaseRows } from "../../../services/platform/storage/leases/lease-rows.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { deleteQueues } from "../../../tools/engines/private/remove-own.ts";
import { engineSets } from "../../support/engines/engine-sets.ts";

const READ = "SELECT friend, packed FROM friend_lists WHERE user = 1";
const log = createLogger("friend-test", "silent");
const [, real] = await engineSets();

describe.skipIf(!real.env)("the packed lists of a friend service on CQL", () => {
  /** The rows that it leaves of somebody who found a friend, and read their list; beside who holds these leases. */
  async function rowsBeside(...holders: readonly string[]): Promise<readonly bigint[]> {
    const [, { env }] = await engineSets();
    const ports = { TIDINGS_FRIEND_PORT: "0", TIDINGS_FRIEND_METRICS_PORT: "0" };
    const config = readFriendConfig({ ...env, ...ports });
    const cql = await connectCql({ ...config, service: "test" }, log);
    await migrate(cql, LEASE_TABLES);
    for (const holder of holders) {
      const leases = new LeaseRows(cql, "friend_outbox");
      await leases.create({ generation: BigInt(Date.now()) << 20n, holder });
    }
    const service = await createFriendService(config, { log });
    const channel = connect(service.grpc.address, PATIENT);
    const friends = createClient(FriendServiceService, channel);
    await friends.addFriend({ userId: 1n, friendId: 2n });
    const request = ListFriendsRequest.fromPartial({ userId: 1n });
    const answers = await Array.fromAsync(friends.listFriends(request));
    expect(answers.flatMap(({ friendIds }) => friendIds)).toEqual([2n]);
    channel.close();
    await service.close();
    const rows = await cql.run(READ, []);
    await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
    await cql.close();
    await deleteQueues(config.amqpUrl, config.amqpPrefix);
    return rows.map((row) => row.friend as bigint);
  }

  test("are made when lists are read, and changes are told of", async () => {
    expect(await rowsBeside()).toEqual([0n, 2n]);
  });

  test("are not made while an older one holds a lease, nor soon after", async () => {
    expect(await rowsBeside("host:1")).toEqual([2n]);
  });
});
