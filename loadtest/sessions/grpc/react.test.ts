import { expect, it } from "vitest";
import {
  BatchGetReactionsRequest,
  BatchGetReactionsResponse,
  CreateCommentRequest,
  LikePostRequest,
} from "#gen/engagement/v1/engagement.ts";
import { GetTimelineResponse } from "#gen/timeline/v1/timeline.ts";
import { VirtualTime } from "../../run/testing/virtual-time.ts";
import { OperationTable, TIMEOUT_MS } from "../operations.ts";
import { ADDRESSES, planFor, population } from "../testing/plan-for.ts";
import { type Answer, type Asked, playOut } from "../testing/play-out.ts";
import { grpcProtocol } from "./grpc-protocol.ts";

const POSTS = [9n, 2n ** 61n + 5n, 4n];
const NAMES = {
  shown: "reactions.get",
  reactions: { like: "reaction.like", comment: "reaction.comment" },
};
/** Everybody likes what is odd and comments on the rest. */
const reactions = {
  likes: (_: number, post: number) => post % 2 !== 0,
  comments: (_: number, post: number) => post % 2 === 0,
};

function play(answer: (asked: Asked) => Answer) {
  const time = new VirtualTime();
  const operations = new OperationTable();
  const protocol = grpcProtocol({
    operations,
    addresses: ADDRESSES,
    ownerOf: () => 0,
    population: { text: population.text, reactions },
    run: "run",
    clock: time,
    via: "grpc",
    pageTimeoutMs: TIMEOUT_MS,
  });
  const ask = protocol.pages({ page: "timeline.get", posts: "posts.get", ...NAMES });
  const steps = ask({ viewer: 7, token: undefined }, "top", { intendedMicros: 0, session: 3 });
  return playOut({ operations: operations.rows }, steps, time, answer);
}

function page(): Answer {
  const entry = { authorId: 1n, cursor: "c", reasons: [] };
  const entries = POSTS.map((postId) => ({ ...entry, postId }));
  const message = GetTimelineResponse.encode({ entries, nextPageToken: "", degraded: [] }).finish();
  return { afterMicros: 1_000, message };
}

function shown(liked: readonly bigint[]): Answer {
  const counts = { likeCount: 1n, commentCount: 0n, newestComments: [] };
  const all = POSTS.map((postId) => ({
    ...counts,
    postId,
    likedByViewer: liked.includes(postId),
  }));
  return {
    afterMicros: 1_000,
    message: BatchGetReactionsResponse.encode({ reactions: all }).finish(),
  };
}

const answering =
  (liked: readonly bigint[]) =>
  ({ name }: Asked): Answer => {
    if (name === "timeline.get") return page();
    return name === "reactions.get" ? shown(liked) : { afterMicros: 1_000 };
  };

it("asks for the reactions to a page, and reacts to it afterwards, one after the other", () => {
  const { asked, recorder } = play(answering([]));
  expect(asked.map(({ name }) => name)).toEqual([
    "timeline.get",
    "posts.get",
    "reactions.get",
    "reaction.like",
    "reaction.like",
    "reaction.comment",
  ]);
  const [, , all, like, second, comment] = asked;
  expect(BatchGetReactionsRequest.decode(all.message)).toEqual({
    viewerId: 7n,
    postIds: POSTS,
    newestComments: 2,
  });
  expect(LikePostRequest.decode(like.message)).toEqual({ userId: 7n, postId: POSTS[0] });
  expect(LikePostRequest.decode(second.message).postId).toBe(POSTS[1]);
  expect(CreateCommentRequest.decode(comment.message)).toMatchObject({
    authorId: 7n,
    postId: 4n,
    requestId: "run-4-3",
  });
  // A person reads first: a second at least.
  const times = [all, like, second, comment].map(({ atMicros }) => atMicros);
  for (let i = 1; i < times.length; i++) expect(times[i] - times[i - 1]).toBeGreaterThan(1e6);
  expect(recorder.operations.map(({ counts }) => counts.notSent)).toEqual([0, 0, 0, 0, 0]);
});

it("likes nothing twice, and does nothing to a page that did not come", () => {
  const names = play(answering([POSTS[0]])).asked.map(({ name }) => name);
  expect(names.filter((name) => name === "reaction.like")).toHaveLength(1);
  const failed = play(() => ({ afterMicros: 1_000, status: 14 }));
  expect(failed.asked.map(({ name }) => name)).toEqual(["timeline.get"]);
  const { counts } = failed.recorder.operations[2];
  expect(counts).toMatchObject({ intended: 1, notSent: 1 });
});

it("needs an engagement service", async () => {
  const { engagement: _, ...without } = ADDRESSES;
  const load = { kind: "sessions", via: "grpc", reactions: true } as const;
  await expect(planFor({ load }, { addresses: without })).rejects.toThrow("no engagement service");
});
