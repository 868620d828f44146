import { describe } from "vitest";
import { localBusFixture, remoteBusFixture } from "../../support/engines/embedded-bus.ts";
import { rabbitBusFixture, runningBroker } from "../../support/engines/rabbit-bus.ts";
import { eventBusContract } from "./event-bus.contract.ts";

const amqpUrl = await runningBroker();

describe("event bus, embedded, inside its process", () => eventBusContract(localBusFixture));
describe("event bus, embedded, over gRPC", () => eventBusContract(remoteBusFixture));
describe.skipIf(amqpUrl === undefined)(
  `event bus, RabbitMQ${amqpUrl === undefined ? " (skipped: start it with `npm run engines up`)" : ""}`,
  () => eventBusContract(rabbitBusFixture(amqpUrl ?? "")),
);
