import { expect, it } from "vitest";
import { SignUpRequest } from "#gen/friend/v1/friend.ts";
import { signUp } from "./sign-up.ts";

it.each([
  ["client", "x".repeat(65)],
  ["client", "ios\0"],
  ["device", "phone\n"],
  ["place", "\u001b[2J"],
])("refuses a %s that is no line of text", async (field, value) => {
  const told: Uint8Array[] = [];
  const news = { tell: async (event: Uint8Array) => void told.push(event) };
  const handler = signUp(news, { nowMs: () => 1 });
  const call = { requestId: "r" } as Parameters<typeof handler>[1];
  const request = SignUpRequest.create({ userId: 7n });
  const refused = handler({ ...request, [field]: value }, call);
  await expect(refused).rejects.toMatchObject({
    code: "INVALID_ARGUMENT",
    violations: [{ field }],
  });
  await handler({ ...request, client: "ios", device: "Gerät", place: "Zürich" }, call);
  expect(told).toHaveLength(1);
});
