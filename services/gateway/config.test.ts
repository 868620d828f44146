import { expect, it } from "vitest";
import { readGatewayConfig } from "./config.ts";

it("takes no tokens that are good for longer than erased people are remembered", () => {
  const lifeOf = (text: string) => readGatewayConfig({ TIDINGS_JWT_MAX_LIFE: text }).maxLifeMs;
  expect(lifeOf("45d")).toBe(45 * 86_400_000);
  expect(() => lifeOf("46d")).toThrow(/TIDINGS_JWT_MAX_LIFE/);
});
