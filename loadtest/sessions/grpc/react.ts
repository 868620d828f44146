import { BinaryReader } from "@bufbuild/protobuf/wire";
import {
  BatchGetReactionsRequest,
  BatchGetReactionsResponse,
  CreateCommentRequest,
  LikePostRequest,
} from "#gen/engagement/v1/engagement.ts";
import type { Step } from "../../run/step.ts";
import type { ReactionNames, When } from "../asking.ts";
import { type OperationTable, TIMEOUT_MS } from "../operations.ts";
import {
  type ReactingOptions,
  type ReactionSpeaker,
  reactionChain,
  type Wanted,
  wantedOf,
} from "../own-reactions.ts";

export interface ReactOptions extends ReactingOptions {
  readonly operations: OperationTable;
  readonly addresses: { readonly engagement?: readonly string[] };
}

/** A page that somebody looks at. */
export interface SeenPage {
  readonly viewer: number;
  /** Varints in a row; undefined when the page did not come. */
  postIds(): Uint8Array | undefined;
}

/** The step that asks for the reactions to a page; after it the viewer's own follow, one after the other. */
export type AskReactions = (page: SeenPage, when: When) => Step;

const NEWEST_COMMENTS = 2;
/** Throws RangeError when the target has no engagement service. */
export function askReactions(
  options: ReactOptions,
  shownName: string,
  names: ReactionNames,
): AskReactions {
  const { operations, population } = options;
  const addresses = options.addresses.engagement;
  if (addresses === undefined) {
    throw new RangeError("the target has no engagement service, and the load likes and comments");
  }
  const add = (name: string, rpc: string) =>
    operations.add(name, "grpc", {
      path: `/tidings.engagement.v1.EngagementService/${rpc}`,
      addresses,
      timeoutMs: TIMEOUT_MS,
    });
  const shown = add(shownName, "BatchGetReactions");
  const speaker: ReactionSpeaker = {
    like: add(names.like, "LikePost"),
    comment: add(names.comment, "CreateComment"),
    likeMessage: ({ viewer, postId }) =>
      LikePostRequest.encode({ userId: BigInt(viewer), postId }).finish(),
    commentMessage: ({ viewer, postId }, text, requestId) =>
      CreateCommentRequest.encode({
        authorId: BigInt(viewer),
        postId,
        parentId: 0n,
        text,
        requestId,
      }).finish(),
  };
  return ({ viewer, postIds }, when) => {
    let wanted: readonly Wanted[] = [];
    return {
      ...when,
      operation: shown,
      message() {
        const ids = postIds();
        if (ids === undefined) return "impossible";
        if (ids.length === 0) return "nothing";
        const viewerId = BigInt(viewer);
        const request = { viewerId, postIds: idsIn(ids), newestComments: NEWEST_COMMENTS };
        return BatchGetReactionsRequest.encode(request).finish();
      },
      answered(message) {
        const { reactions } = BatchGetReactionsResponse.decode(message);
        wanted = reactions.flatMap(({ postId, likedByViewer }) =>
          wantedOf(population, { viewer, session: when.session, postId, likedByViewer }),
        );
      },
      next: (nowMicros) => reactionChain(speaker, options, wanted, nowMicros),
    };
  };
}

function idsIn(varints: Uint8Array): bigint[] {
  const reader = new BinaryReader(varints);
  const ids: bigint[] = [];
  while (reader.pos < reader.len) ids.push(BigInt(reader.int64()));
  return ids;
}
