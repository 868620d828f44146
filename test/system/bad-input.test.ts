import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CreatePostRequest } from "#gen/post/v1/post.ts";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { openRawConnection, rawMethod } from "../../loadtest/drivers/http2/connection.ts";
import { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import { developmentToken } from "../../tools/token/development-token.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import { befriendAll, readOnce } from "../support/mesh/people.ts";
import { newcomerEnv, shell } from "../support/readme/shell.ts";

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startTestMesh();
  await befriendAll(mesh, [1n, 2n]);
  await readOnce(mesh, [1n, 2n]);
});
afterAll(() => mesh?.end());

const post = (fields: Partial<CreatePostRequest>) =>
  mesh.posts.createPost(CreatePostRequest.fromPartial({ authorId: 1n, text: "x", ...fields }));
const read = (fields: Partial<GetTimelineRequest>) =>
  mesh.timelines[0].getTimeline(GetTimelineRequest.fromPartial({ viewerId: 2n, ...fields }));

/** What was wrong, the field that the error must name, and the call. */
const WRONG: readonly (readonly [string, string, () => Promise<unknown>])[] = [
  ["an empty text", "text", () => post({ text: "" })],
  ["a text of 1,025 bytes", "text", () => post({ text: "x".repeat(1_025) })],
  ["a text of 600 two-byte letters", "text", () => post({ text: "ä".repeat(600) })],
  ["no author", "author_id", () => post({ authorId: 0n })],
  ["a negative limit", "limit", () => read({ limit: -1 })],
  ["a huge limit", "limit", () => read({ limit: 2_000_000_000 })],
  ["a malformed page token", "page_token", () => read({ pageToken: "nonsense" })],
  [
    "201 ids in a batch",
    "post_ids",
    () =>
      mesh.posts.batchGetPosts({ postIds: Array.from({ length: 201 }, (_, i) => BigInt(i + 1)) }),
  ],
  ["no ids in a batch", "post_ids", () => mesh.posts.batchGetPosts({ postIds: [] })],
  ["a friend of oneself", "friend_id", () => mesh.friends.addFriend({ userId: 5n, friendId: 5n })],
  ["a negative id", "user_id", () => mesh.friends.addFriend({ userId: -5n, friendId: 5n })],
];

describe("bad input over gRPC", () => {
  test.each(WRONG)("%s is INVALID_ARGUMENT and names %s", async (_, field, call) => {
    const error = await call().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DomainError);
    const { code, message, violations } = error as DomainError;
    expect(code).toBe("INVALID_ARGUMENT");
    expect(violations.map((violation) => violation.field)).toContain(field);
    expect(message.length).toBeGreaterThan(field.length);
  });

  test("a page token of another viewer is refused", async () => {
    const posted = await post({ text: "for 2" });
    await mesh.settle();
    const { entries } = await read({});
    expect(entries[0].postId).toBe(posted.postId);
    const foreign = read({ viewerId: 1n, pageToken: entries[0].cursor });
    await expect(foreign).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
  });

  test("limit 0 is the default, and an id named twice is answered twice", async () => {
    await expect(read({ limit: 0 })).resolves.toBeDefined();
    const { postId } = await post({ text: "twice" });
    const { results } = await mesh.posts.batchGetPosts({ postIds: [postId, postId] });
    expect(results.map((result) => result.postId)).toEqual([postId, postId]);
  });

  test("a text that is not UTF-8 is INVALID_ARGUMENT, not altered", async () => {
    const status = await rawCreatePost(Buffer.from([0x08, 1, 0x12, 2, 0xc3, 0x28]));
    expect(status).toBe(3);
  });

  test("an oversized message is refused, and the connection lives on", async () => {
    expect(await rawCreatePost(Buffer.alloc(300 * 1_024))).not.toBe(0);
    await expect(post({ text: "still here" })).resolves.toBeDefined();
  });
});

async function rawCreatePost(message: Uint8Array): Promise<number> {
  const address = `${mesh.host}:${mesh.ports.post}`;
  const connection = await openRawConnection(address);
  const method = rawMethod(address, "/tidings.post.v1.PostService/CreatePost");
  try {
    return await new Promise<number>((resolve) => {
      const send = () => {
        if (connection.send(method, { message }, resolve) === 0) setImmediate(send);
      };
      send();
    });
  } finally {
    connection.close();
  }
}

describe("bad input over REST", () => {
  const rest = async (path: string, init: RequestInit = {}, token?: string) => {
    const response = await fetch(`http://${mesh.host}:${mesh.ports.gateway}${path}`, {
      ...init,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(init.body ? { "content-type": "application/json" } : {}),
      },
    });
    const problem = (await response.json()) as { status: number; detail: string };
    return { response, problem };
  };
  const tokenOf = (user: bigint) => developmentToken(user, { TIDINGS_DATA_DIR: mesh.dataDir });

  test("no token, a broken one and a stranger's are 401 problems", async () => {
    for (const token of [undefined, "nonsense", `${await tokenOf(1n)}x`]) {
      const { response, problem } = await rest("/v1/timeline", {}, token);
      expect(response.status).toBe(401);
      expect(response.headers.get("content-type")).toContain("application/problem+json");
      expect(problem.detail.length).toBeGreaterThan(0);
    }
  });

  test.each([
    ["text", JSON.stringify({ text: "" })],
    ["text", JSON.stringify({ text: "ä".repeat(600) })],
    ["text", '{"text":"\\ud800"}'],
  ])("a post with a wrong %s is a 400 problem that names it", async (field, body) => {
    const { response, problem } = await rest(
      "/v1/posts",
      { method: "POST", body },
      await tokenOf(1n),
    );
    expect(response.status).toBe(400);
    expect(JSON.stringify(problem)).toContain(field);
  });
});

test("a wrong configuration names every variable at once and starts nothing", async () => {
  const env = newcomerEnv({
    TIDINGS_DATA_DIR: mesh.dataDir,
    TIDINGS_POST_QUOTA_BURST: "none",
    TIDINGS_LOG_LEVEL: "loud",
  });
  const { code, output } = await shell("npx --no-install node services/post/main.ts", env).ended;
  expect(code).toBe(1);
  expect(output).toContain("TIDINGS_POST_QUOTA_BURST");
  expect(output).toContain("TIDINGS_LOG_LEVEL");
});
