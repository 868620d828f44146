import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { makePostId } from "../../../model/ids.ts";
import {
  alreadyExists,
  notBegun,
  resourceExhausted,
  unavailable,
} from "../../../platform/grpc/errors/errors.ts";
import { type GatewayUnderTest, startGatewayUnderTest } from "../../testing/gateway-under-test.ts";

const TIME = "2026-11-21T09:30:00.000Z";
const TIME_MS = BigInt(Date.parse(TIME));
const POST_ID = makePostId(Number(TIME_MS), 1, 2);
/** Above 2^53: as a JSON number it would be rounded. */
const AUTHOR = 9_007_199_254_740_993n;

let test: GatewayUnderTest;
beforeAll(async () => {
  test = await startGatewayUnderTest();
});
beforeEach(() => test.services.reset());
afterAll(() => test[Symbol.asyncDispose]());

describe("POST /v1/posts", () => {
  const create = (body: unknown, headers: Record<string, string> = {}) =>
    test.ask({ method: "POST", url: "/v1/posts", body, headers, userId: AUTHOR });

  beforeEach(() => {
    test.services.scripts.post.createPost = async () => ({
      postId: POST_ID,
      createTimeMs: TIME_MS,
    });
  });

  it("stores the post as the caller and answers it with exact ids", async () => {
    const said = {
      text: "Coffee? ☕",
      client: "curl/8",
      device: "phone",
      place: { name: "Café", latitude: 48.2, longitude: 16.4 },
    };
    const { status, headers, body } = await create(said);
    expect(status).toBe(201);
    expect(headers.location).toBe(`/v1/posts/${POST_ID}`);
    expect(body).toEqual({
      post_id: String(POST_ID),
      author_id: String(AUTHOR),
      create_time: TIME,
      ...said,
    });
    expect(test.services.calls[0]?.request).toEqual({ authorId: AUTHOR, requestId: "", ...said });
  });

  it("takes the request id from Idempotency-Key or the body, but not two different ones", async () => {
    await create({ text: "a" }, { "idempotency-key": "key-1" });
    await create({ text: "a", request_id: "key-2" });
    expect(test.services.calls.map(({ request }) => request)).toMatchObject([
      { requestId: "key-1" },
      { requestId: "key-2" },
    ]);
    const { status, body } = await create(
      { text: "a", request_id: "b" },
      { "idempotency-key": "a" },
    );
    expect([status, body.errors[0].field]).toEqual([400, "request_id"]);
  });

  it("names what the caller sent, the header or the field, when it is too long in bytes", async () => {
    const long = "é".repeat(100);
    const byHeader = await create({ text: "a" }, { "idempotency-key": long });
    const byField = await create({ text: "a", request_id: long });
    const named = [byHeader, byField].map(({ status, body }) => [status, body.errors[0].field]);
    expect(named).toEqual([
      [400, "idempotency-key"],
      [400, "request_id"],
    ]);
  });

  it("counts the text in bytes of UTF-8: 1,024 are taken, one more is not", async () => {
    expect((await create({ text: "é".repeat(512) })).status).toBe(201);
    const { status, body } = await create({ text: `${"é".repeat(512)}a` });
    expect(status).toBe(400);
    expect(body.errors).toEqual([
      { field: "text", detail: "is 1,025 bytes of UTF-8, at most 1,024; shorten it" },
    ]);
    const letters = await create({ text: "a".repeat(1_025) });
    expect(letters.body.errors).toEqual([
      { field: "text", detail: "must be 1 to 1,024 bytes of UTF-8 and is 1,025 bytes" },
    ]);
  });

  it.each([
    ["no body", undefined, "body"],
    ["no text", {}, "text"],
    ["empty text", { text: "" }, "text"],
    ["a number", { text: 1 }, "text"],
    ["2,000 characters", { text: "a".repeat(2_000) }, "text"],
    ["an unknown field", { text: "a", txt: "b" }, "txt"],
    [
      "a latitude off the earth",
      { text: "a", place: { name: "", latitude: 91, longitude: 0 } },
      "place.latitude",
    ],
    ["a list", [], "body"],
    ["nothing", null, "body"],
  ])("names the field for %s", async (_case, body, field) => {
    const answer = await create(JSON.stringify(body) ?? "", { "content-type": "application/json" });
    expect([answer.status, answer.body.errors?.[0]?.field]).toEqual([400, field]);
  });

  it.each([
    ["ill-formed UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), /UTF-8/],
    ["half a surrogate pair", '{"text":"a\\ud800"}', /surrogate/],
    ["a truncated body", '{"text":', /not JSON/],
    ["a name that reaches beyond it", '{"text":"a","__proto__":{}}', /^__proto__: is a name/],
    [
      "another, further in",
      '{"text":"a","place":{"constructor":{"prototype":{}}}}',
      /^constructor\.prototype: is a name/,
    ],
    ["one in what is no JSON", '{"text":"a","__proto__":{}', /not JSON/],
  ])("rejects %s", async (_case, body, detail) => {
    const answer = await create(body, { "content-type": "application/json" });
    expect(answer.status).toBe(400);
    expect(answer.body.detail).toMatch(detail);
    expect(test.services.calls).toEqual([]);
  });

  it("takes a whole surrogate pair written as escapes", async () => {
    const body = '{"text":"\\ud83d\\ude00"}';
    const answer = await create(body, { "content-type": "application/json" });
    expect([answer.status, answer.body.text]).toEqual([201, "😀"]);
  });

  it("passes on conflicts and quotas", async () => {
    test.services.scripts.post.createPost = async () => {
      throw alreadyExists("request_id was used with another text");
    };
    expect((await create({ text: "a" })).status).toBe(409);
    test.services.scripts.post.createPost = async () => {
      throw resourceExhausted("quota of posts", 2_500);
    };
    const { status, headers } = await create({ text: "a" });
    expect([status, headers["retry-after"]]).toEqual([429, "3"]);
  });

  it("is sent again after UNAVAILABLE only where that cannot make a second post", async () => {
    const arrived = () => test.services.calls.splice(0).length;
    test.services.scripts.post.createPost = async () => {
      throw unavailable("the row timed out, the event is durable");
    };
    expect((await create({ text: "a" })).status).toBe(503);
    expect(arrived()).toBe(1);
    expect((await create({ text: "a", request_id: "key" })).status).toBe(503);
    expect(arrived()).toBeGreaterThan(1);
    test.services.scripts.post.createPost = async () => {
      throw notBegun("no ids");
    };
    expect((await create({ text: "a" })).status).toBe(503);
    expect(arrived()).toBeGreaterThan(1);
  });
});
