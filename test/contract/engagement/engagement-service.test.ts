import { describe } from "vitest";
import { readEngagementConfig } from "../../../services/engagement/config.ts";
import { createEngagementService } from "../../../services/engagement/create.ts";
import { engagementServiceSuite } from "../../../services/engagement/testing/service-suite.ts";
import { present } from "../../../services/model/invariant.ts";
import { connectCql } from "../../../services/platform/storage/cql/session.ts";
import { createLogger } from "../../../services/platform/telemetry/logger.ts";
import { deleteQueues } from "../../../tools/engines/private/remove-own.ts";
import { engineSets } from "../../support/engines/engine-sets.ts";

const log = createLogger("test", "silent");
const [, { env }] = await engineSets();
const title = `the engagement service, CQL and RabbitMQ${env ? "" : " (skipped: npm run engines -- up)"}`;

describe.skipIf(!env)(title, () =>
  engagementServiceSuite(async () => {
    const config = readEngagementConfig({
      ...present(env),
      TIDINGS_ENGAGEMENT_PORT: "0",
      TIDINGS_ENGAGEMENT_METRICS_PORT: "0",
    });
    return {
      start: (overrides) => createEngagementService(config, { log, ...overrides }),
      remove: async () => {
        const cql = await connectCql({ ...config, service: "test" }, log);
        await cql.define(`DROP KEYSPACE ${config.cqlKeyspace}`);
        await cql.close();
        await deleteQueues(config.amqpUrl, config.amqpPrefix, ["posts.engagement"]);
      },
    };
  }),
);
