import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { findClient } from "../../tools/grpc-clients/install.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";

const run = promisify(execFile);
const grpcurl = await findClient("grpcurl");
const ghz = await findClient("ghz");

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startTestMesh();
});
afterAll(() => mesh?.end());

const SERVICES = [
  ["post", "tidings.post.v1.PostService"],
  ["friend", "tidings.friend.v1.FriendService"],
  ["timeline", "tidings.timeline.v1.TimelineService"],
  ["ranking", "tidings.ranking.v1.RankingService"],
] as const;

describe.skipIf(!grpcurl)("grpcurl (npm run grpc-clients)", () => {
  const address = (name: string) => {
    const plan = mesh.plans.find((one) => one.name === name);
    return `${mesh.host}:${plan?.port}`;
  };
  const call = async (name: string, method: string, request: object) => {
    const { stdout } = await run(present(grpcurl), [
      "-plaintext",
      "-d",
      JSON.stringify(request),
      address(name),
      method,
    ]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };

  test.each(SERVICES)("lists and describes %s", async (name, service) => {
    const list = await run(present(grpcurl), ["-plaintext", address(name), "list"]);
    expect(list.stdout.split("\n")).toEqual(
      expect.arrayContaining([service, "grpc.health.v1.Health"]),
    );
    const described = await run(present(grpcurl), [
      "-plaintext",
      address(name),
      "describe",
      service,
    ]);
    expect(described.stdout).toContain("rpc ");
  });

  test("calls every service, and every id stays exact", async () => {
    const author = "9223372036854775806";
    await call("friend", "tidings.friend.v1.FriendService/AddFriend", {
      user_id: author,
      friend_id: "7",
    });
    const page = "tidings.timeline.v1.TimelineService/GetTimeline";
    await call("timeline", page, { viewer_id: "7" });
    const post = await call("post", "tidings.post.v1.PostService/CreatePost", {
      author_id: author,
      text: "hello",
    });
    await mesh.settle();
    const { entries } = await call("timeline", page, { viewer_id: "7" });
    expect(entries).toMatchObject([{ postId: post.postId, authorId: author }]);
    const ranked = await call("ranking", "tidings.ranking.v1.RankingService/RankEntries", {
      viewer_id: "7",
      now_ms: "1800000000000",
      candidates: [{ post_id: post.postId, author_id: author, create_time_ms: "1799999999999" }],
    });
    expect(ranked.entries).toMatchObject([{ postId: post.postId }]);
  });
});

describe.skipIf(!ghz)("ghz (npm run grpc-clients)", () => {
  const load = async (port: number, call: string, data: object) => {
    const { stdout } = await run(present(ghz), [
      "--insecure",
      "--call",
      call,
      "-d",
      JSON.stringify(data),
      "-n",
      "200",
      "-c",
      "8",
      "-O",
      "json",
      `${mesh.host}:${port}`,
    ]);
    return JSON.parse(stdout) as { statusCodeDistribution: Record<string, number> };
  };

  test("runs against CreatePost and GetTimeline without an error", async () => {
    const created = await load(mesh.ports.post, "tidings.post.v1.PostService/CreatePost", {
      author_id: "3",
      text: "from ghz",
    });
    expect(created.statusCodeDistribution).toEqual({ OK: 200 });
    const read = await load(
      mesh.ports.timeline[0],
      "tidings.timeline.v1.TimelineService/GetTimeline",
      { viewer_id: "7" },
    );
    expect(read.statusCodeDistribution).toEqual({ OK: 200 });
  });
});
