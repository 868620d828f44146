import { DEFAULT_PAGE_ENTRIES } from "../../../model/limits.ts";
import type { Logger } from "../../../platform/telemetry/logger.ts";
import { readPageWithPosts } from "../../domain/page-with-posts.ts";
import type { App, StartCall } from "../../http/types.ts";
import { entryJson, entryWithPostJson } from "../../json/entry.ts";
import { timeMsOf } from "../../json/user-input.ts";
import { degradedWords, orderOf } from "../../json/words.ts";
import type { CallContext, Posts, Reactions, Timelines } from "../../ports.ts";
import { postsOfEntries } from "../../readable-posts.ts";
import { answers } from "../../schemas/answers.ts";
import { TimelinePage, TimelineQuery } from "../../schemas/timeline.ts";
import { addReactions } from "../../shown-reactions.ts";

const schema = {
  operationId: "getTimeline",
  summary: "Read one's timeline",
  description:
    "Newest first: ids and times, or with include=posts the posts as well. " +
    "Read the next page with next_page_token. What may be missing is named in degraded.",
  tags: ["timeline"],
  querystring: TimelineQuery,
  response: answers(TimelinePage, "A page of the timeline."),
};

export interface GetTimelineDeps {
  readonly timelines: Timelines;
  readonly posts: Posts;
  readonly startCall: StartCall;
  readonly reactions: Reactions | undefined;
  readonly log: Logger;
}

export function getTimeline(app: App, deps: GetTimelineDeps): void {
  app.get("/v1/timeline", { schema }, (request) => {
    const call = deps.startCall(request);
    const { userId } = request.caller;
    return request.query.include === "posts"
      ? pageWithPosts(deps, userId, request.query, call)
      : pageOfIds(deps.timelines, userId, request.query, call);
  });
}

async function pageOfIds(
  timelines: Timelines,
  viewer: bigint,
  query: TimelineQuery,
  call: CallContext,
): Promise<TimelinePage> {
  const page = await timelines.getTimeline(pageRequest(viewer, query), call);
  return pageJson(page.entries.map(entryJson), page.nextPageToken, degradedWords(page.degraded));
}

async function pageWithPosts(
  { timelines, posts, reactions, log }: GetTimelineDeps,
  viewer: bigint,
  query: TimelineQuery,
  call: CallContext,
): Promise<TimelinePage> {
  const first = pageRequest(viewer, query);
  const page = await readPageWithPosts(
    {
      page: (limit, pageToken) => {
        const below = pageToken === undefined ? first : { ...first, pageToken, fromTimeMs: 0n };
        return timelines.getTimeline({ ...below, limit }, call);
      },
      posts: (entries) => postsOfEntries(posts, entries, call, log),
    },
    first.limit,
  );
  const entries = page.entries.map(({ entry, post }) => entryWithPostJson(entry, post));
  const lacking = await addReactions({ reactions, log }, viewer, entries, call);
  const degraded = degradedWords([...page.degraded, ...lacking]);
  return pageJson(entries, page.nextPageToken, degraded);
}

function pageRequest(viewerId: bigint, query: TimelineQuery) {
  const fromTime = query.from_time;
  return {
    viewerId,
    limit: query.limit ?? DEFAULT_PAGE_ENTRIES,
    pageToken: query.page_token ?? "",
    fromTimeMs: fromTime === undefined ? 0n : BigInt(timeMsOf(fromTime, "from_time")),
    order: orderOf(query.order),
  };
}

function pageJson(
  entries: TimelinePage["entries"],
  token: string,
  degraded: TimelinePage["degraded"],
): TimelinePage {
  return {
    entries,
    ...(token !== "" && { next_page_token: token }),
    ...(degraded !== undefined && { degraded }),
  };
}
