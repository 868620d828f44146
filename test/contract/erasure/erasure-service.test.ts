import { describe } from "vitest";
import { readErasureConfig } from "../../../services/erasure/config.ts";
import { createErasureService } from "../../../services/erasure/create.ts";
import { claimsSuite } from "../../../services/erasure/testing/claims-suite.ts";
import { newsSuite } from "../../../services/erasure/testing/news-suite.ts";
import { orderSuite } from "../../../services/erasure/testing/order-suite.ts";
import { erasureServiceSuite } from "../../../services/erasure/testing/service-suite.ts";
import { present } from "../../../services/model/invariant.ts";
import { connectRabbitBus } from "../../../services/platform/messaging/rabbit/rabbit-bus.ts";
import { connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { deleteQueues } from "../../../tools/engines/private/remove-own.ts";
import { engineSets } from "../../support/engines/engine-sets.ts";

const log = createLogger("test", "silent");
const [, { env: engines }] = await engineSets();
const title = `the erasure service, CQL and RabbitMQ${engines ? "" : " (skipped: npm run engines -- up)"}`;
const SUITES = [erasureServiceSuite, orderSuite, newsSuite, claimsSuite];

describe.skipIf(!engines)(title, () =>
  describe.each(SUITES)("%o", (suite) =>
    suite(async () => {
      const own = {
        ...present(engines),
        TIDINGS_ERASURE_PORT: "0",
        TIDINGS_ERASURE_METRICS_PORT: "0",
      };
      const config = readErasureConfig(own);
      return {
        start: (env, overrides) =>
          createErasureService(readErasureConfig({ ...own, ...env }), { log, ...overrides }),
        connectBus: () =>
          connectRabbitBus({
            service: "test",
            url: config.amqpUrl,
            prefix: config.amqpPrefix,
            log,
          }),
        remove: async () => {
          const cql = await connectCql({ ...config, service: "test" }, log);
          await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
          await cql.close();
          await deleteQueues(config.amqpUrl, config.amqpPrefix, ["erasures.test"]);
        },
      };
    }),
  ),
);
