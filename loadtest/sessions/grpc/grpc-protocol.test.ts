import { beforeEach, describe, expect, it } from "vitest";
import { BatchGetPostsRequest, CreatePostRequest, CreatePostResponse } from "#gen/post/v1/post.ts";
import { GetTimelineRequest, GetTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { writeText } from "../../../population/people/texts.ts";
import { quantile } from "../../measure/histogram.ts";
import type { Step } from "../../run/step.ts";
import { VirtualTime } from "../../run/testing/virtual-time.ts";
import type { AskPage, AskPost, Feed } from "../asking.ts";
import { OperationTable, TIMEOUT_MS } from "../operations.ts";
import { ADDRESSES, population } from "../testing/plan-for.ts";
import { type Answer, type Asked, playOut } from "../testing/play-out.ts";
import { grpcProtocol } from "./grpc-protocol.ts";

const VIEWER = 7;
const OK = { afterMicros: 1_000 };

let time: VirtualTime;
let operations: OperationTable;
let askPage: AskPage;
let askPost: AskPost;
let told: unknown[][];
let feed: Feed;

beforeEach(() => {
  time = new VirtualTime();
  operations = new OperationTable();
  told = [];
  feed = { viewer: VIEWER, token: undefined };
  const protocol = grpcProtocol({
    operations,
    addresses: ADDRESSES,
    ownerOf: (viewer) => (viewer === VIEWER ? 1 : -1),
    population,
    run: "run",
    clock: time,
    listener: {
      acknowledged: (...post) => told.push(["acknowledged", ...post]),
      unknown: (...post) => told.push(["unknown", ...post]),
    },
    via: "grpc",
    pageTimeoutMs: TIMEOUT_MS,
  });
  askPage = protocol.pages({ page: "timeline.get", posts: "posts.get" });
  askPost = protocol.posts("post.create");
});

const at = (second: number) => ({ intendedMicros: second * 1e6, session: 1 });
const top = (second: number) => askPage(feed, "top", at(second));
const below = (second: number) => askPage(feed, "below", at(second));
const play = (steps: readonly Step[], answer: (asked: Asked) => Answer) =>
  playOut({ operations: operations.rows }, steps, time, answer);

function pageOf(postIds: readonly bigint[], nextPageToken: string): Uint8Array {
  const entry = { authorId: 1n, cursor: "c", reasons: [] };
  const entries = postIds.map((postId) => ({ ...entry, postId }));
  return GetTimelineResponse.encode({ entries, nextPageToken, degraded: [] }).finish();
}

/** Pages 9, 8, 7..., two entries each, the last at 0. */
function timeline({ name, message }: Asked): Answer {
  if (name !== "timeline.get") return OK;
  const { pageToken } = GetTimelineRequest.decode(message);
  const first = pageToken === "" ? 5n : BigInt(pageToken.slice(6));
  const token = first > 1n ? `below-${first - 2n}` : "";
  return { ...OK, message: pageOf([first, first - 1n], token) };
}

const requestsOf = (asked: readonly Asked[]) =>
  asked.map(({ name, message }) =>
    name === "timeline.get"
      ? GetTimelineRequest.decode(message).pageToken
      : BatchGetPostsRequest.decode(message).postIds,
  );

describe("a session over gRPC", () => {
  it("asks for the posts of each page, scrolls on below it, and stops at the end", () => {
    const steps = [...top(0), ...below(1), ...below(2), ...below(3), ...below(4)];
    const { recorder, asked } = play(steps, timeline);
    expect(requestsOf(asked)).toEqual(["", [5n, 4n], "below-3", [3n, 2n], "below-1", [1n, 0n]]);
    for (const { counts } of recorder.operations.slice(0, 2)) {
      expect(counts).toMatchObject({ intended: 3, ok: 3, skipped: 2, notSent: 0 });
    }
    expect(GetTimelineRequest.decode(asked[0].message)).toMatchObject({
      viewerId: 7n,
      limit: 20,
    });
  });

  it("counts the posts of a page from when the page was asked for", () => {
    const { recorder } = play(top(0), ({ name }) =>
      name === "timeline.get"
        ? { afterMicros: 500_000, message: pageOf([5n], "") }
        : { afterMicros: 100_000 },
    );
    const [page, posts] = recorder.operations;
    expect(quantile(page.response, 1)).toBeCloseTo(500_000, -3);
    expect(quantile(posts.response, 1)).toBeCloseTo(600_000, -3);
    expect(quantile(posts.service, 1)).toBeCloseTo(100_000, -3);
    expect(posts.waits.predecessor).toMatchObject({ count: 1, totalMicros: 500_000 });
    expect(quantile(posts.lateness, 1)).toBe(0);
  });

  it("can't ask for the posts of a page that failed, and scrolls from the newest then", () => {
    const steps = [...top(0), ...below(1)];
    const { recorder, asked } = play(steps, (one) =>
      one.atMicros < 1e6 ? { afterMicros: 1_000, status: 14 } : timeline(one),
    );
    expect(requestsOf(asked)).toEqual(["", "", [5n, 4n]]);
    const [page, posts] = recorder.operations;
    expect(page.counts).toMatchObject({ intended: 2, failed: 1, ok: 1 });
    expect(posts.counts).toMatchObject({ intended: 2, notSent: 1, ok: 1 });
  });

  it("repeats a scroll that failed from where it was", () => {
    const steps = [...top(0), ...below(1), ...below(10)];
    const { asked, recorder } = play(steps, (one) =>
      one.atMicros === 1e6 ? { afterMicros: 5e6 } : timeline(one),
    );
    expect(requestsOf(asked)).toEqual(["", [5n, 4n], "below-3", "below-3", [3n, 2n]]);
    expect(recorder.operations[0].counts).toMatchObject({ timeout: 1, ok: 2 });
  });

  it("asks for no posts of a page without entries, and goes on where it ends", () => {
    const steps = [...top(0), ...below(1)];
    const { recorder, asked } = play(steps, (one) =>
      one.atMicros === 0 ? { ...OK, message: pageOf([], "below-3") } : timeline(one),
    );
    expect(requestsOf(asked)).toEqual(["", "below-3", [3n, 2n]]);
    expect(recorder.operations[1].counts).toMatchObject({ intended: 1, skipped: 1, ok: 1 });
  });

  it("goes to the viewer's owner, and asks nothing of a viewer who is not here", () => {
    const { asked } = play(top(0), timeline);
    expect(asked.map(({ address }) => address)).toEqual([1, undefined]);
    expect(askPage({ viewer: 8, token: undefined }, "top", at(0))).toEqual([]);
  });

  it("tells of each post whether it was taken", () => {
    const post = (textNumber: number) =>
      askPost({ author: 3, textNumber, requestId: `r-${textNumber}` }, at(textNumber));
    const { asked } = play([post(1), post(2)], ({ atMicros }) =>
      atMicros === 1e6
        ? {
            ...OK,
            message: CreatePostResponse.encode({ postId: 99n, createTimeMs: 0n }).finish(),
          }
        : { ...OK, status: 14 },
    );
    expect(told).toEqual([
      ["acknowledged", 3, 99n, 1_001_000, 1],
      ["unknown", 3, 2_001_000],
    ]);
    expect(CreatePostRequest.decode(asked[0].message)).toMatchObject({
      authorId: 3n,
      text: writeText(population.text(3, 1)),
      requestId: "r-1",
    });
  });
});
