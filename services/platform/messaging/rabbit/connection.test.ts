import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createLogger } from "../../telemetry/logger.ts";
import { connectRabbitBus } from "./rabbit-bus.ts";

const log = createLogger("test", "silent");
let broker: Server | undefined;

afterEach(() => {
  broker?.close();
});

/** What listens in place of a broker. */
async function listen(onConnection?: (socket: import("node:net").Socket) => void): Promise<number> {
  broker = createServer((socket) => {
    socket.on("error", () => {});
    onConnection?.(socket);
  });
  await new Promise<void>((resolve) => broker?.listen(0, "127.0.0.1", resolve));
  return (broker.address() as AddressInfo).port;
}

function connectTo(port: number, connectTimeoutMs: number) {
  const url = `amqp://guest:guest@127.0.0.1:${port}`;
  return connectRabbitBus({ service: "test", url, prefix: "test", log, connectTimeoutMs });
}

describe("a service whose broker does not let it in", () => {
  it("is told so, and why, when nobody listens", async () => {
    const port = await listen();
    broker?.close();
    // Until then it tries again; what it says is why the last try failed, if one has.
    await expect(connectTo(port, 2_000)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringMatching(/127\.0\.0\.1:\d+.*ECONNREFUSED.*TIDINGS_AMQP_URL/),
    });
  });

  it("is told so when what listens never answers", async () => {
    const port = await listen();
    await expect(connectTo(port, 100)).rejects.toMatchObject({
      code: "UNAVAILABLE",
      message: expect.stringContaining("failed to connect in time"),
    });
  });
});
