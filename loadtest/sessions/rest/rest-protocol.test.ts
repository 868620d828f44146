import { createPublicKey } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jwtVerify } from "jose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeText } from "../../../population/people/texts.ts";
import { loadOrCreateDevelopmentKey } from "../../../services/gateway/identity/development-key.ts";
import { encodeRequest, type RestRequest } from "../../drivers/rest/request.ts";
import type { Step } from "../../run/step.ts";
import { VirtualTime } from "../../run/testing/virtual-time.ts";
import { OperationTable, TIMEOUT_MS } from "../operations.ts";
import { ADDRESSES, allSteps, countsOf, planFor, population } from "../testing/plan-for.ts";
import { playOut } from "../testing/play-out.ts";
import { restProtocol } from "./rest-protocol.ts";
import { createTokens } from "./tokens.ts";

const NOW_MS = 1_800_000_000_000;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "tidings-tokens-"));
});
afterAll(() => rm(dataDir, { recursive: true }));

function requestOf(step: Pick<Step, "message">): RestRequest {
  return JSON.parse(Buffer.from(step.message() as Uint8Array).toString());
}

it("signs tokens that a gateway with the same environment takes", async () => {
  const tokens = await createTokens(
    { TIDINGS_DATA_DIR: dataDir, TIDINGS_JWT_ISSUER: "me" },
    NOW_MS,
  );
  const key = createPublicKey(await loadOrCreateDevelopmentKey(dataDir));
  const { payload } = await jwtVerify(tokens(42), key, {
    algorithms: ["EdDSA"],
    issuer: "me",
    audience: "tidings-api",
    currentDate: new Date(NOW_MS),
  });
  expect(payload.sub).toBe("42");
});

it("asks for a page with its posts in one request, goes on below it, and stops at the end", () => {
  const operations = new OperationTable();
  const time = new VirtualTime();
  const told: unknown[][] = [];
  const protocol = restProtocol({
    operations,
    gateways: ADDRESSES.gateway,
    ownerOf: (viewer) => (viewer === 7 ? 0 : -1),
    tokens: (person) => `token-of-${person}`,
    population,
    run: "run",
    clock: time,
    listener: { acknowledged: (...post) => told.push(post) },
    pageTimeoutMs: TIMEOUT_MS,
  });
  const askPage = protocol.pages({ page: "gateway.page", posts: "not.used" });
  const askPost = protocol.posts("gateway.post");
  const feed = { viewer: 7, token: undefined };
  const at = (second: number) => ({ intendedMicros: second * 1e6, session: 1 });
  const post = { author: 3, textNumber: 9, requestId: "r" };
  const steps = [
    ...askPage(feed, "top", at(0)),
    ...askPage(feed, "below", at(1)),
    ...askPage(feed, "below", at(2)),
    askPost(post, at(3)),
  ];
  const { asked, recorder } = playOut({ operations: operations.rows }, steps, time, (one) => {
    const request = requestOf({ message: () => one.message });
    const answer = request.path.includes("page_token")
      ? { entries: [] }
      : request.body
        ? { post_id: "9007199254740993" }
        : { entries: [], next_page_token: "a+b/c" };
    return { afterMicros: 1_000, message: Buffer.from(JSON.stringify(answer)) };
  });
  const headers = { authorization: "Bearer token-of-7" };
  expect(asked.map(({ message }) => requestOf({ message: () => message }))).toEqual([
    { method: "GET", path: "/v1/timeline?include=posts&limit=20", headers },
    {
      method: "GET",
      path: "/v1/timeline?include=posts&limit=20&page_token=a%2Bb%2Fc",
      headers,
    },
    {
      method: "POST",
      path: "/v1/posts",
      headers: { authorization: "Bearer token-of-3" },
      body: { text: writeText(population.text(3, 9)), request_id: "r" },
    },
  ]);
  expect(() => encodeRequest(asked[1].message)).not.toThrow();
  expect(recorder.operations[0].counts).toMatchObject({ ok: 2, skipped: 1 });
  expect(told).toEqual([[3, 9_007_199_254_740_993n, 3_001_000, 9]]);
  expect(askPage({ viewer: 8, token: undefined }, "top", at(0))).toEqual([]);
});

it("is the load of the scenario over gRPC, with a call for each page", async () => {
  const tokenEnv = { TIDINGS_DATA_DIR: dataDir };
  const rest = await planFor({ load: { kind: "sessions", via: "rest" } }, { tokenEnv });
  const grpc = await planFor({});
  const restCounts = countsOf(rest, allSteps(rest));
  const grpcCounts = countsOf(grpc, allSteps(grpc));
  expect(restCounts.get("gateway.page")).toBe(grpcCounts.get("timeline.get"));
  expect(restCounts.get("gateway.post")).toBe(grpcCounts.get("post.create"));
  expect(rest.operations.map(({ via, target }) => [via, target.addresses])).toEqual([
    ["rest", ["gateway:1"]],
    ["rest", ["gateway:1"]],
  ]);
});

it("reacts to what a page shows, afterwards and one after the other, and likes nothing twice", async () => {
  const operations = new OperationTable();
  const time = new VirtualTime();
  /** Everybody likes what is odd and comments on the rest. */
  const reactions = {
    likes: (_: number, post: number) => post % 2 !== 0,
    comments: (_: number, post: number) => post % 2 === 0,
  };
  const protocol = restProtocol({
    operations,
    gateways: ADDRESSES.gateway,
    ownerOf: () => 0,
    tokens: (person) => `token-of-${person}`,
    population: { text: population.text, reactions },
    run: "run",
    clock: time,
    pageTimeoutMs: TIMEOUT_MS,
  });
  const names = { like: "gateway.like", comment: "gateway.comment" };
  const ask = protocol.pages({ page: "gateway.page", reactions: names });
  const steps = ask({ viewer: 7, token: undefined }, "top", { intendedMicros: 0, session: 3 });
  const entries = [
    { post_id: "9" },
    { post_id: "11", reactions: { liked: true } },
    { post_id: "4", reactions: { liked: false } },
  ];
  const { asked, recorder } = playOut({ operations: operations.rows }, steps, time, () => ({
    afterMicros: 1_000,
    message: Buffer.from(JSON.stringify({ entries })),
  }));
  const headers = { authorization: "Bearer token-of-7" };
  const [, like, comment] = asked.map(({ message }) => requestOf({ message: () => message }));
  expect(asked.map(({ name }) => name)).toEqual(["gateway.page", names.like, names.comment]);
  expect(like).toEqual({ method: "PUT", path: "/v1/posts/9/like", headers });
  expect(comment).toMatchObject({
    method: "POST",
    path: "/v1/posts/4/comments",
    body: { request_id: "run-4-3", text: expect.stringMatching(/./) },
  });
  expect(() => encodeRequest(asked[1].message)).not.toThrow();
  const times = asked.map(({ atMicros }) => atMicros);
  // A person reads first: a second at least; and writing takes four times that.
  expect(times[1] - times[0]).toBeGreaterThan(1e6);
  expect(times[2] - times[1]).toBeGreaterThan(4e6);
  expect(recorder.operations.map(({ counts }) => counts.ok)).toEqual([1, 1, 1]);
});
