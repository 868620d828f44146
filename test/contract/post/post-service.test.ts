import { describe } from "vitest";
import { connectRabbitBus } from "../../../services/platform/messaging/rabbit/rabbit-bus.ts";
import { connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { readPostConfig } from "../../../services/post/config.ts";
import { createPostService } from "../../../services/post/create.ts";
import { postServiceSuite } from "../../../services/post/testing/service-suite.ts";
import { deleteQueues } from "../../../tools/engines/private/remove-own.ts";
import { engineSets } from "../../support/engines/engine-sets.ts";

const log = createLogger("test", "silent");
const [, real] = await engineSets();

describe.skipIf(!real.env)("the post service on CQL and RabbitMQ", () =>
  postServiceSuite(async () => {
    const [, { env: engine }] = await engineSets();
    const own = { ...engine, TIDINGS_POST_PORT: "0", TIDINGS_POST_METRICS_PORT: "0" };
    const config = readPostConfig(own);
    return {
      start: (env) => createPostService(readPostConfig({ ...own, ...env }), { log }),
      connectBus: () =>
        connectRabbitBus({ service: "test", url: config.amqpUrl, prefix: config.amqpPrefix, log }),
      remove: async () => {
        const cql = await connectCql({ ...config, service: "test" }, log);
        await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
        await cql.close();
        await deleteQueues(config.amqpUrl, config.amqpPrefix);
      },
    };
  }),
);
