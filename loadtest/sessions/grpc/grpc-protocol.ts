import { CreatePostRequest, CreatePostResponse } from "#gen/post/v1/post.ts";
import { writeText } from "../../../population/people/texts.ts";
import type { Population } from "../../../population/population.ts";
import { PRIORITY_KEY } from "../../../services/platform/admission/priority.ts";
import type { MicroClock } from "../../drivers/driver.ts";
import type { Step } from "../../run/step.ts";
import type { AskPage, AskPost, PostListener, Protocol } from "../asking.ts";
import { type OperationTable, TIMEOUT_MS, type Via } from "../operations.ts";
import { decodePageAnswer, encodePageRequest, encodePostsRequest } from "./messages.ts";
import { type AskReactions, askReactions } from "./react.ts";

export interface GrpcProtocolOptions {
  readonly operations: OperationTable;
  readonly addresses: {
    readonly timeline: readonly string[];
    readonly post: readonly string[];
    readonly engagement?: readonly string[];
  };
  /** Index into the timeline addresses; below 0: not in this slice. Asked for each page. */
  readonly ownerOf: (viewer: number) => number;
  readonly population: Pick<Population, "text" | "reactions">;
  /** Unlike any other run's. */
  readonly run: string;
  readonly clock: MicroClock;
  readonly listener?: PostListener | undefined;
  /** "fresh connection": each page on a connection of its own. */
  readonly via: Via;
  readonly pageTimeoutMs: number;
}

export const PAGE_ENTRIES = 20;
/** As the gateway asks for whoever waits. */
const HEADERS = { [PRIORITY_KEY]: "page" };
const NO_STEPS: readonly Step[] = [];

/** The mesh's services spoken to directly, pages at the owner of their viewer. */
export function grpcProtocol(options: GrpcProtocolOptions): Protocol {
  const { operations, addresses, via, pageTimeoutMs } = options;
  return {
    pages(names) {
      const page = operations.add(names.page, via, {
        path: "/tidings.timeline.v1.TimelineService/GetTimeline",
        addresses: addresses.timeline,
        timeoutMs: pageTimeoutMs,
        headers: HEADERS,
      });
      if (names.posts === undefined) return askPage(options, page);
      const posts = operations.add(names.posts, via, {
        path: "/tidings.post.v1.PostService/BatchGetPosts",
        addresses: addresses.post,
        timeoutMs: TIMEOUT_MS,
        headers: HEADERS,
      });
      const { shown, reactions: own } = names;
      const reactions = own && shown !== undefined && askReactions(options, shown, own);
      return askPage(options, page, posts, reactions || undefined);
    },
    posts(name) {
      const operation = operations.add(name, via, {
        path: "/tidings.post.v1.PostService/CreatePost",
        addresses: addresses.post,
        timeoutMs: TIMEOUT_MS,
        headers: HEADERS,
      });
      return askPost(options, operation);
    },
  };
}

function askPage(
  { ownerOf }: Pick<GrpcProtocolOptions, "ownerOf">,
  page: number,
  posts?: number,
  reactions?: AskReactions,
): AskPage {
  return (feed, from, when) => {
    const address = ownerOf(feed.viewer);
    if (address < 0) return NO_STEPS;
    /** What is on the page; undefined until it has come. */
    let postIds: Uint8Array | undefined;
    const pageStep: Step = {
      ...when,
      operation: page,
      address,
      message() {
        const token = from === "top" ? undefined : feed.token;
        if (token !== "") return encodePageRequest(feed.viewer, PAGE_ENTRIES, token ?? "");
        postIds = EMPTY;
        return "nothing";
      },
      answered(message) {
        const answer = decodePageAnswer(message);
        feed.token = answer.token;
        postIds = answer.postIds;
      },
    };
    if (posts === undefined) return [pageStep];
    const postsStep: Step = {
      ...when,
      operation: posts,
      message() {
        if (postIds === undefined) return "impossible";
        return postIds.length === 0 ? "nothing" : encodePostsRequest(postIds);
      },
    };
    if (reactions === undefined) return [pageStep, postsStep];
    const seen = { viewer: feed.viewer, postIds: () => postIds };
    return [pageStep, postsStep, reactions(seen, when)];
  };
}

const EMPTY = new Uint8Array();

function askPost(options: GrpcProtocolOptions, operation: number): AskPost {
  const { population, listener, clock } = options;
  return ({ author, textNumber, requestId }, when) => {
    // Written ahead of its time: what that takes makes no step late.
    const message = CreatePostRequest.encode({
      authorId: BigInt(author),
      text: writeText(population.text(author, textNumber)),
      requestId,
      client: "",
      device: "",
      place: undefined,
    }).finish();
    return {
      ...when,
      operation,
      message: () => message,
      answered(answer) {
        const { postId } = CreatePostResponse.decode(answer);
        listener?.acknowledged(author, postId, clock.nowMicros(), textNumber);
      },
      failed: () => listener?.unknown?.(author, clock.nowMicros()),
    };
  };
}
