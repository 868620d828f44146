import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { pendingIn, settle } from "./settle.ts";

const PAGE = `# TYPE tidings_pending_fills gauge
tidings_pending_fills{service="timeline"} 2
tidings_pending_bus_messages 3
tidings_other 7
`;

describe("pending work", () => {
  it("is summed by name", () => {
    expect(Object.fromEntries(pendingIn([PAGE, undefined, PAGE]))).toEqual({
      tidings_pending_fills: 4,
      tidings_pending_bus_messages: 6,
    });
  });
});

describe("a mesh that does not become quiet", () => {
  const server = createServer((_, response) => response.end(PAGE));
  afterEach(() => void server.close());

  it("is told with what still waits, and with who does not answer", async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const plans = [
      { label: "timeline", metricsPort: port },
      { label: "fanout", metricsPort: 1 },
    ];
    await expect(settle({ host: "127.0.0.1", plans }, 30)).rejects.toThrow(
      "not quiet after 30 ms: tidings_pending_fills is 2, tidings_pending_bus_messages is 3, " +
        "no answer from fanout.",
    );
  });
});
