import { expect, it } from "vitest";
import { SignUpRequest } from "#gen/friend/v1/friend.ts";
import { userIdOf } from "../../model/ids.ts";
import { signUp } from "./sign-up.ts";

const clock = { nowMs: () => 1 };
const NOBODY_GONE = { hidesAny: false, goneAmong: () => new Map() };

it.each([
  ["client", "x".repeat(65)],
  ["client", "ios\0"],
  ["device", "phone\n"],
  ["place", "\u001b[2J"],
])("refuses a %s that is no line of text", async (field, value) => {
  const told: Uint8Array[] = [];
  const news = { tell: async (event: Uint8Array) => void told.push(event) };
  const handler = signUp({ news, people: NOBODY_GONE, clock });
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

it.each([-1n, 1_000_000_001n, 2n ** 53n - 1n])("refuses a revenue of %s", async (revenue) => {
  const told: Uint8Array[] = [];
  const news = { tell: async (event: Uint8Array) => void told.push(event) };
  const handler = signUp({ news, people: NOBODY_GONE, clock });
  const call = { requestId: "r" } as Parameters<typeof handler>[1];
  const request = SignUpRequest.create({ userId: 7n });
  await expect(handler({ ...request, revenue }, call)).rejects.toMatchObject({
    message: expect.stringContaining("send 0 to 1000000000"),
    violations: [{ field: "revenue" }],
  });
  expect(told).toEqual([]);
  await handler({ ...request, revenue: 1_000_000_000n }, call);
});

it("takes nobody in who is hidden or erased, nor from somebody who is", async () => {
  const told: Uint8Array[] = [];
  const news = { tell: async (event: Uint8Array) => void told.push(event) };
  const gone = new Map([[userIdOf(7n), "hidden"] as const, [userIdOf(8n), "erased"] as const]);
  const handler = signUp({ news, people: { hidesAny: true, goneAmong: () => gone }, clock });
  const call = { requestId: "r" } as Parameters<typeof handler>[1];
  const by = (userId: bigint, referrerId: bigint) =>
    handler(SignUpRequest.create({ userId, referrerId }), call);
  for (const person of [7n, 8n]) {
    const [refused, unseen] = [{ code: "FAILED_PRECONDITION" }, { code: "NOT_FOUND" }];
    await expect(by(person, 9n)).rejects.toMatchObject(refused);
    await expect(by(9n, person)).rejects.toMatchObject(unseen);
  }
  expect(told).toEqual([]);
});
