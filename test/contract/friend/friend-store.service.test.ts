import { describe } from "vitest";
import { readFriendConfig } from "../../../services/friend/config.ts";
import { createFriendService } from "../../../services/friend/create.ts";
import { NO_TIMELINES } from "../../../services/friend/testing/no-timelines.ts";
import { friendServiceSuite } from "../../../services/friend/testing/service-suite.ts";
import { connectRabbitBus } from "../../../services/platform/messaging/rabbit/rabbit-bus.ts";
import { connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { deleteQueues } from "../../../tools/engines/private/remove-own.ts";
import { engineSets } from "../../support/engines/engine-sets.ts";

const log = createLogger("friend-test", "silent");
const [, real] = await engineSets();

describe.skipIf(!real.env)("the friend service on CQL and RabbitMQ", () => {
  friendServiceSuite(async () => {
    const ports = { TIDINGS_FRIEND_PORT: "0", TIDINGS_FRIEND_METRICS_PORT: "0" };
    const config = readFriendConfig({ ...real.env, ...ports });
    const service = await createFriendService(config, { log, owners: NO_TIMELINES });
    const bus = await connectRabbitBus({
      service: "test",
      url: config.amqpUrl,
      prefix: config.amqpPrefix,
      log,
    });
    return {
      service,
      bus,
      close: async () => {
        await bus.close();
        await service.close();
        const cql = await connectCql({ ...config, service: "test" }, log);
        await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
        await cql.close();
        await deleteQueues(config.amqpUrl, config.amqpPrefix);
      },
    };
  });
});
