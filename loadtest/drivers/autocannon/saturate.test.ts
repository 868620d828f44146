import { createServer } from "node:http";
import { expect, it } from "vitest";
import { saturate } from "./saturate.ts";

it("counts good answers apart from all others", async () => {
  let calls = 0;
  const server = createServer((_, response) => {
    response.statusCode = calls++ % 2 ? 503 : 200;
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  try {
    const url = `http://127.0.0.1:${port}/v1/timeline`;
    const result = await saturate({ url, connections: 2, seconds: 1 });
    expect(result.okPerSecond).toBeGreaterThan(0);
    expect(result.otherAnswers).toBeGreaterThan(0);
    expect([result.errors, result.timeouts]).toEqual([0, 0]);
    expect(result.label).toBe("saturation only: a closed loop, no latencies");
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

it("says which target can't be reached", async () => {
  const plan = { url: "http://127.0.0.1:1/v1/timeline", connections: 1, seconds: 1 };
  await expect(saturate(plan)).rejects.toThrow(
    "No answer from 127.0.0.1:1: is the target running?",
  );
});
