import { pino } from "pino";
import { expect, it } from "vitest";
import type { ConsumeResponse } from "#gen/event/v1/event.ts";
import { ManualClock } from "../../clock/manual-clock.ts";
import { notFound, unavailable } from "../../grpc/errors/errors.ts";
import type { EventClient } from "./event-client.ts";
import { RemoteConsumer } from "./remote-consumer.ts";

const DELIVERY = { deliveries: [] };

/** A consumer of an owner that answers with these, one after the other, and with the last for ever. */
function consuming(answers: readonly (Error | ConsumeResponse)[]) {
  const clock = new ManualClock();
  const warnings: string[] = [];
  const log = pino(
    {},
    { write: (line: string) => void warnings.push(JSON.parse(line).err.message) },
  );
  let tries = 0;
  const client = {
    consume: async function* () {
      const answer = answers[Math.min(tries++, answers.length - 1)];
      if (answer instanceof Error) throw answer;
      yield answer;
    },
  };
  const consumer = new RemoteConsumer({
    client: client as unknown as EventClient,
    bus: { publish: async () => {} },
    queue: "posts.fanout",
    prefetch: 1,
    handle: async () => ({ kind: "ack" }),
    ...{ log, clock, random: () => 0 },
  });
  return { clock, warnings, consumer, tries: () => tries };
}

/** In small steps: between two of them a consumer gets as far as its next wait. */
async function advance(clock: ManualClock, ms: number): Promise<void> {
  for (let i = 0; i < ms; i += 100) {
    await new Promise(setImmediate);
    await clock.advance(100);
  }
}

const AWAY = unavailable("No connection established");

it("an owner that is not there yet when the mesh starts is no loss, one that stays away is", async () => {
  const { clock, warnings, consumer, tries } = consuming([AWAY]);
  await advance(clock, 14_000);
  expect(tries()).toBeGreaterThan(5);
  expect(warnings).toEqual([]);
  await advance(clock, 10_000);
  expect(warnings).toContain(AWAY.message);
  await consumer.close();
});

it("a queue that was there and is lost is one, however early", async () => {
  const { clock, warnings, consumer } = consuming([AWAY, DELIVERY, AWAY]);
  await advance(clock, 1_000);
  expect(warnings).toContain(AWAY.message);
  await consumer.close();
});

it("and what is no absence is said at once", async () => {
  const { clock, warnings, consumer } = consuming([notFound("queue", "posts.fanout")]);
  await advance(clock, 1_000);
  expect(warnings).toContain("no queue posts.fanout");
  await consumer.close();
});
