import { describe } from "vitest";
import { localBusFixture, remoteBusFixture } from "../../support/engines/embedded-bus.ts";
import { rabbitBusFixture, runningBroker } from "../../support/engines/rabbit-bus.ts";
import { eventBusContract } from "./event-bus.contract.ts";
import { eventTopicsContract } from "./event-topics.contract.ts";

function busContract(create: Parameters<typeof eventBusContract>[0]): void {
  eventBusContract(create);
  eventTopicsContract(create);
}

const amqpUrl = await runningBroker();

describe("event bus, embedded, inside its process", () => busContract(localBusFixture));
describe("event bus, embedded, over gRPC", () => busContract(remoteBusFixture));
describe.skipIf(amqpUrl === undefined)(
  `event bus, RabbitMQ${amqpUrl === undefined ? " (skipped: start it with `npm run engines up`)" : ""}`,
  () => busContract(rabbitBusFixture(amqpUrl ?? "")),
);
