import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { CreatePostRequest, PostServiceService } from "#gen/post/v1/post.ts";
import { GetTimelineRequest, TimelineServiceService } from "#gen/timeline/v1/timeline.ts";
import { shardOf } from "../../services/model/shards.ts";
import { connect, createClient } from "../../services/platform/grpc/client/client.ts";
import { PATIENT } from "../../services/platform/grpc/testing/patient.ts";
import { valueIn } from "../../services/platform/telemetry/read-exposition.ts";
import { makeCertificates, TRUST_DOMAIN } from "../../tools/certs/certificates.ts";
import { toolCredentials } from "../../tools/certs/mesh-certificates.ts";
import { scrapeAll } from "../../tools/mesh/scrape.ts";
import { developmentToken } from "../../tools/token/development-token.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";

const run = promisify(execFile);
const HOUR_MS = 3_600_000;
const [AUTHOR, FRIEND] = [1n, 2n];

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startTestMesh({ env: { TIDINGS_TLS: "1" }, neighbours: ["engagement"] });
  await mesh.friends.addFriend({ userId: AUTHOR, friendId: FRIEND });
  await readTimeline();
});
afterAll(() => mesh?.end());

async function readTimeline() {
  const request = GetTimelineRequest.fromPartial({ viewerId: FRIEND });
  return (await mesh.router.call(shardOf(FRIEND), (owner) => owner.getTimeline(request))).entries;
}

async function post(text: string) {
  return await mesh.posts.createPost(CreatePostRequest.fromPartial({ authorId: AUTHOR, text }));
}

it("a post reaches a friend, every hop by mutual TLS", async () => {
  const { postId } = await post("sealed");
  await mesh.settle();
  expect(await readTimeline()).toContainEqual(expect.objectContaining({ postId }));
  expect((await rest(FRIEND, "GET", "timeline?include=posts")).text).toContain("sealed");
});

/** A request to the gateway, as an app makes it. */
async function rest(user: bigint, method: string, path: string, json?: object) {
  const token = await developmentToken(user, { TIDINGS_DATA_DIR: mesh.dataDir });
  const url = `http://${mesh.host}:${mesh.ports.gateway}/v1/${path}`;
  const headers = {
    authorization: `Bearer ${token}`,
    ...(json && { "content-type": "application/json" }),
  };
  const answer = await fetch(url, { method, headers, ...(json && { body: JSON.stringify(json) }) });
  return { status: answer.status, text: await answer.text() };
}

it("every route of the gateway is let in, for its user", async () => {
  const { postId } = await post("for all routes");
  const [liked, other] = [`posts/${postId}/like`, 3n];
  const steps: readonly (readonly [bigint, string, string, object?])[] = [
    [AUTHOR, "POST", "posts", { text: "by rest" }],
    [FRIEND, "GET", `posts/${postId}`],
    [FRIEND, "POST", "posts:batchGet", { post_ids: [String(postId)] }],
    [FRIEND, "GET", `posts?author_id=${AUTHOR}`],
    [FRIEND, "GET", "timeline?include=posts"],
    [FRIEND, "GET", "timeline/unread"],
    [FRIEND, "PUT", liked],
    [AUTHOR, "GET", `posts/${postId}/likes`],
    [FRIEND, "POST", `posts/${postId}/comments`, { text: "well" }],
    [FRIEND, "GET", `posts/${postId}/comments`],
    [FRIEND, "DELETE", liked],
    [FRIEND, "GET", "friends"],
    [FRIEND, "GET", `friends/${AUTHOR}`],
    [FRIEND, "GET", "friends/count"],
    [FRIEND, "GET", "friends/of-friends"],
    [FRIEND, "PUT", `friends/${other}`],
    [other, "GET", "friends/requests?direction=in"],
    [other, "DELETE", `friends/${FRIEND}`],
    [FRIEND, "PUT", `blocks/${other}`],
    [FRIEND, "GET", "blocks"],
    [FRIEND, "DELETE", `blocks/${other}`],
    [AUTHOR, "DELETE", `posts/${postId}`],
  ];
  for (const [user, method, path, json] of steps) {
    const { status, text } = await rest(user, method, path, json);
    expect(status, `${method} ${path}: ${text}`).toBeLessThan(300);
  }
});

it("no service is refused by another", async () => {
  // Pages go out without likes or ranks when these are late: what was refused shows in the counts alone.
  await rest(FRIEND, "GET", "timeline?order=ranked&include=posts");
  const pages = [...(await scrapeAll(mesh, PATIENT.defaultDeadlineMs)).values()].join("\n");
  expect(pages).toContain('grpc_method="RankEntries"');
  expect(pages).not.toMatch(/grpc_client_handled_total\{.*(PermissionDenied|Unauthenticated)/);
});

it("a live stream begins with the page of its user", async () => {
  const token = await developmentToken(FRIEND, { TIDINGS_DATA_DIR: mesh.dataDir });
  const leave = new AbortController();
  const answer = await fetch(`http://${mesh.host}:${mesh.ports.gateway}/v1/timeline/stream`, {
    headers: { authorization: `Bearer ${token}` },
    signal: leave.signal,
  });
  let seen = "";
  for await (const chunk of answer.body ?? []) {
    seen += Buffer.from(chunk).toString();
    if (seen.includes("sealed")) break;
  }
  leave.abort();
  expect(seen).toContain("sealed");
});

it("the gateway can't ask for another user than the one of the token", async () => {
  const env = { TIDINGS_TLS: "1", TIDINGS_CERTS_DIR: join(mesh.dataDir, "certs") };
  const credentials = await toolCredentials("gateway", env);
  const to = { ...PATIENT, credentials, retry: "none" as const, to: "timeline" };
  using channel = connect(`${mesh.host}:${mesh.ports.timeline[0]}`, to);
  const { getTimeline } = createClient(TimelineServiceService, channel);
  const request = GetTimelineRequest.fromPartial({ viewerId: FRIEND });
  expect(await getTimeline(request, { forUser: FRIEND })).toBeDefined();
  await expect(getTimeline(request, { forUser: AUTHOR })).rejects.toMatchObject({
    code: "PERMISSION_DENIED",
    message: "viewer_id names another user than the token of the call",
  });
  await expect(getTimeline(request)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});

it("nobody is served without a certificate", async () => {
  using channel = connect(`${mesh.host}:${mesh.ports.post}`, { ...PATIENT, retry: "none" });
  const call = createClient(PostServiceService, channel).batchGetPosts({ postIds: [1n] });
  await expect(call).rejects.toMatchObject({ code: "UNAVAILABLE" });
});

it("metrics are for those who read them, health for everybody", async () => {
  const certs = join(mesh.dataDir, "certs");
  const port = mesh.plans.find(({ name }) => name === "post")?.metricsPort;
  const curl = async (path: string, as?: string) => {
    const shown = as
      ? ["--cert", `${certs}/${as}/svid.pem`, "--key", `${certs}/${as}/svid_key.pem`]
      : [];
    const authority = ["--cacert", `${certs}/operator/svid_bundle.pem`];
    const url = `https://localhost:${port}/${path}`;
    return (await run("curl", ["-s", ...authority, ...shown, url])).stdout;
  };
  expect(await curl("healthz")).toBe("ok\n");
  expect(await curl("metrics", "prometheus")).toContain("tidings_certificate_remaining_days");
  expect(await curl("metrics")).toContain("only for certificates of prometheus");
  expect(await curl("metrics", "friend")).toContain("only for certificates of prometheus");
});

it("the commands show the operator's certificate", async () => {
  const env = {
    ...process.env,
    TIDINGS_TLS: "1",
    TIDINGS_DATA_DIR: mesh.dataDir,
    TIDINGS_FRIEND_ADDRESSES: `${mesh.host}:${mesh.ports.friend}`,
  };
  const args = ["tools/call/main.ts", "friend", "CountFriends", '{"user_ids":["1"]}'];
  const { stdout } = await run(process.execPath, args, { env });
  expect(JSON.parse(stdout)).toEqual({ friend_counts: [1] });
});

it("certificates are replaced while calls go on, and none fails", async () => {
  const folder = join(mesh.dataDir, "certs");
  const daysOf = async () => {
    const metrics = (await scrapeAll(mesh, PATIENT.defaultDeadlineMs)).get("post") ?? "";
    return valueIn(metrics, "tidings_certificate_remaining_days");
  };
  const lifeMs = 48 * HOUR_MS;
  await makeCertificates({ folder, trustDomain: TRUST_DOMAIN, lifeMs, nowMs: Date.now() });
  // Calls go on for as long as it takes until the process shows the new one: that ends the loop.
  for (let calls = 0; (await daysOf()) > 2; calls++) await post(`while it turns ${calls}`);
  using channel = connect(`${mesh.host}:${mesh.ports.post}`, {
    ...{ ...PATIENT, credentials: mesh.credentials, to: "post", retry: "none" },
  });
  const { results } = await createClient(PostServiceService, channel).batchGetPosts({
    postIds: [1n],
  });
  expect(results).toHaveLength(1);
});
