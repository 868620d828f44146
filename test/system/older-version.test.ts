import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { GetTimelineRequest } from "#gen/timeline/v1/timeline.ts";
import { type RecordedData, unpackFolder } from "../../tools/rolling/recorded-data.ts";
import { startTestMesh, type TestMesh } from "../support/mesh/mesh.ts";
import {
  type Acknowledged,
  everybodyPosts,
  everyoneSees,
  timelineOf,
} from "../support/mesh/people.ts";

const RECORDED = join(import.meta.dirname, "testdata/older-version.json");
const recorded = JSON.parse(readFileSync(RECORDED, "utf8")) as RecordedData;

/** `npm run rolling -- record` made it; docs/rolling.md says of which version. */
describe(`the data that ${recorded.commit} left when it was killed`, () => {
  const people = Array.from({ length: recorded.people }, (_, i) => BigInt(i + 1));
  const posts: readonly Acknowledged[] = recorded.posts.map(({ author, postId }) => ({
    authorId: BigInt(author),
    postId: BigInt(postId),
  }));
  let mesh: TestMesh;
  beforeAll(async () => {
    const dataDir = mkdtempSync(join(tmpdir(), "tidings-older-"));
    await unpackFolder(recorded.files, dataDir);
    mesh = await startTestMesh({ dataDir });
    await mesh.settle();
  });
  afterAll(() => mesh?.end());

  test("is read: posts with their texts, and timelines with what was still on its way", async () => {
    const { results } = await mesh.posts.batchGetPosts({ postIds: posts.map((one) => one.postId) });
    expect(results.map(({ post }) => post?.text)).toEqual(recorded.posts.map(({ text }) => text));
    await everyoneSees(mesh, people, posts);
  });

  test("its page tokens go on where they stood", async () => {
    const { viewer, token, ids } = recorded.cursor;
    const viewerId = BigInt(viewer);
    const request = GetTimelineRequest.fromPartial({ viewerId, limit: 200, pageToken: token });
    const { entries } = await timelineOf(mesh, viewerId).getTimeline(request);
    expect(entries.map(({ postId }) => String(postId))).toEqual(ids);
  });

  test("is written on", async () => {
    const more = await everybodyPosts({ mesh, people, postsEach: 3, round: "newer" });
    await mesh.settle();
    await everyoneSees(mesh, people, [...posts, ...more]);
  });
});
