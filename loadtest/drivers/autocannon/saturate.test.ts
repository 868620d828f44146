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
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
