import { expect, it } from "vitest";
import { ManualClock } from "../../platform/clock/manual-clock.ts";
import { WrongTokens } from "./wrong-tokens.ts";

function limited() {
  const clock = new ManualClock();
  const limits = { maxWrongTokens: 3, windowMs: 60_000, maxAddresses: 2 };
  return { clock, tokens: new WrongTokens(limits, clock) };
}

function addThree(tokens: WrongTokens, address: string): void {
  for (let i = 0; i < 3; i++) tokens.add(address);
}

it("refuses an address its unknown tokens until the window ends, and nobody else", async () => {
  const { clock, tokens } = limited();
  addThree(tokens, "192.0.2.1");
  expect(tokens.refusal("192.0.2.1")).toMatchObject({
    code: "RESOURCE_EXHAUSTED",
    message: "more than 3 wrong tokens from 192.0.2.1 in 60 s; wait 60 s",
    retryAfterMs: 60_000,
  });
  expect(tokens.refusal("192.0.2.2")).toBeUndefined();
  await clock.advance(60_000);
  expect(tokens.refusal("192.0.2.1")).toBeUndefined();
});

it("takes the addresses of one IPv6 network for one", () => {
  const { tokens } = limited();
  addThree(tokens, "2001:db8:1:2::1");
  expect(tokens.refusal("2001:db8:1:2:ffff::9")).toBeDefined();
  expect(tokens.refusal("2001:db8:1:3::1")).toBeUndefined();
});

it("forgets the address that was quiet for longest", () => {
  const { tokens } = limited();
  addThree(tokens, "192.0.2.1");
  tokens.add("192.0.2.2");
  tokens.add("192.0.2.3");
  expect(tokens.refusal("192.0.2.1")).toBeUndefined();
});
