import { Client, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConsumeRequest, PublishRequest } from "#gen/event/v1/event.ts";
import { makeCertificates } from "../../../../tools/certs/certificates.ts";
import { CALLERS, type Caller } from "../../../model/callers.ts";
import { EVENT_ACCESS, type EventAccess } from "../../../model/event-access.ts";
import { present } from "../../../model/invariant.ts";
import { ManualClock } from "../../clock/manual-clock.ts";
import { openCredentials } from "../../grpc/credentials/open-credentials.ts";
import { TestCertsFolder, TRUST_DOMAIN } from "../../grpc/credentials/testing/certificates.ts";
import { startGrpcServer } from "../../grpc/server/server.ts";
import { createLogger } from "../../telemetry/logger.ts";
import { createMetrics } from "../../telemetry/metrics.ts";
import { isQueueName, isTopic, TOPICS, WORK_QUEUES } from "../topics.ts";
import { eventService } from "./event-service.ts";
import { LocalBus } from "./local-bus.ts";
import { memoryQueueStorage } from "./memory-queue-store.ts";

const log = createLogger("test", "silent");
const open = new AsyncDisposableStack();
const clients = new Map<Caller, Client>();
const SUBSCRIBERS = ["fanout", "engagement", "growth", "stranger"];
const QUEUES = [
  ...WORK_QUEUES,
  ...TOPICS.flatMap((topic) => SUBSCRIBERS.map((name) => `${topic}.${name}`)),
];

beforeAll(async () => {
  const folder = open.use(await TestCertsFolder.create());
  const made = { folder: folder.path, trustDomain: TRUST_DOMAIN, lifeMs: 3_600_000 };
  await makeCertificates({ ...made, nowMs: Date.now() });
  const config = { tls: "1", certsDir: folder.path, plaintext: "on-loopback-only" } as const;
  const credentialsOf = (service: Caller) => openCredentials(open, { service, config, log });
  const limits = { maxMessages: 100, maxOptionalMessages: 100 };
  const deps = { clock: new ManualClock(), random: () => 0.5, log, ...limits };
  const shape = { topics: TOPICS, queues: WORK_QUEUES };
  const bus = new LocalBus(shape, memoryQueueStorage(), deps);
  const times = { defaultDeadlineMs: 60_000, drainMs: 1_000 };
  const place = { host: "127.0.0.1", port: 0, log, metrics: createMetrics("test") };
  const credentials = await credentialsOf("post");
  const server = await startGrpcServer({ ...place, ...times, credentials }, [eventService(bus)]);
  open.use(server);
  for (const caller of CALLERS) {
    const { channel, options } = (await credentialsOf(caller)).toward("post");
    const client = new Client(server.address, channel, options);
    open.defer(() => client.close());
    clients.set(caller, client);
  }
});
afterAll(() => open.disposeAsync());

/** Of each a request that is let in, and then found to lack something: nothing is published or taken. */
const REQUESTS: Readonly<Record<keyof EventAccess, (queue: string) => Uint8Array>> = {
  publish: (queue) => PublishRequest.encode({ queue, payloads: [] }).finish(),
  consume: (queue) => {
    const step = { $case: "subscribe", value: { queue, prefetch: 0 } } as const;
    return ConsumeRequest.encode({ step }).finish();
  },
};
const RPCS = { publish: "Publish", consume: "Consume" } as const;
const asIs = (bytes: Buffer) => bytes;

async function codeOf(caller: Caller, use: keyof EventAccess, queue: string): Promise<number> {
  const path = `/tidings.event.v1.EventService/${RPCS[use]}`;
  const options = { deadline: Date.now() + 60_000 };
  const stream = present(clients.get(caller)).makeBidiStreamRequest(path, asIs, asIs, options);
  return await new Promise<number>((resolve) => {
    stream.on("data", () => {});
    stream.on("error", () => {});
    stream.on("status", ({ code }) => resolve(code));
    stream.write(Buffer.from(REQUESTS[use](queue)));
    stream.end();
  });
}

describe.each(CALLERS)("%s", (caller) => {
  it.each(["publish", "consume"] as const)(
    "%s: the queues of the table, and no other",
    async (use) => {
      const places = use === "publish" ? [...TOPICS, ...QUEUES] : QUEUES;
      const own = caller === "operator" ? places : (EVENT_ACCESS[caller]?.[use] ?? []);
      for (const queue of places) {
        const isOwn = own.includes(queue);
        const expected = isOwn ? status.INVALID_ARGUMENT : status.PERMISSION_DENIED;
        expect(await codeOf(caller, use, queue), queue).toBe(expected);
      }
    },
  );
});

it("names queues that can be, and no topic to publish on", () => {
  for (const { publish, consume } of Object.values(EVENT_ACCESS)) {
    expect([...publish, ...consume].filter((queue) => !isQueueName(queue))).toEqual([]);
    expect(publish.filter(isTopic)).toEqual([]);
  }
});
