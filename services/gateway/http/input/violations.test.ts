import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../../platform/clock/system-clock.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../../testing/gateway-under-test.ts";

let test: GatewayUnderTest;
beforeAll(async () => {
  test = await startGatewayUnderTest({}, systemClock, true);
});
afterAll(() => test[Symbol.asyncDispose]());

it("answers every parameter that is wrong with what it must be", async () => {
  const { paths = {} } = test.gateway.app.swagger();
  const asked = Object.entries(paths).flatMap(([path, methods]) =>
    ((methods?.get?.parameters ?? []) as readonly { name: string; in: string }[])
      .filter((parameter) => parameter.in === "query")
      .map(({ name }) => `${path.replaceAll(/{\w+}/g, "7")}?${name}=%7B`),
  );
  expect(asked.length).toBeGreaterThan(10);
  for (const [i, url] of asked.entries()) {
    // Another caller each: nobody's quota ends.
    const { status, body } = await test.ask({ url, userId: 1_000n + BigInt(i) });
    expect(status, url).not.toBe(429);
    // Tokens may be anything to the gateway.
    if (status === 400) expect(body.detail, url).not.toContain("different");
  }
});
