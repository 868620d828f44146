import { expect, it } from "vitest";
import { startEcho } from "../../../services/platform/grpc/testing/echo-server.ts";
import { EchoService } from "../../../services/platform/grpc/testing/echo-service.ts";
import { newCall } from "../ceiling.ts";
import { openRawDriver } from "./raw-driver.ts";

it.each([20_000, 40_000, 60_000, 200_000])(
  "messages of %d bytes follow each other to a server that widens its window when half of it is used",
  async (bytes) => {
    await using open = new AsyncDisposableStack();
    const echo = open.use(await startEcho());
    const target = {
      ...{ path: EchoService.say.path, addresses: [echo.server.address] },
      timeoutMs: 60_000,
    };
    const driver = open.adopt(await openRawDriver([target], { connections: 1 }), (one) =>
      one.close(),
    );
    const message = Buffer.from(JSON.stringify({ text: "x".repeat(bytes) }));
    for (let sent = 0; sent < 5; sent++) {
      expect(await new Promise((resolve) => driver.send(newCall(message), resolve))).toBe(0);
    }
  },
);
