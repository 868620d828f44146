import { BinaryReader } from "@bufbuild/protobuf/wire";
import {
  BatchGetReactionsRequest,
  BatchGetReactionsResponse,
  CreateCommentRequest,
  LikePostRequest,
} from "#gen/engagement/v1/engagement.ts";
import { keyOf, unit } from "../../../population/hash.ts";
import { writeText } from "../../../population/people/texts.ts";
import type { Population } from "../../../population/population.ts";
import type { Step } from "../../run/step.ts";
import type { ReactionNames, When } from "../asking.ts";
import { type OperationTable, TIMEOUT_MS } from "../operations.ts";

export interface ReactOptions {
  readonly operations: OperationTable;
  readonly addresses: { readonly engagement?: readonly string[] };
  readonly population: Pick<Population, "reactions" | "text">;
  /** Unlike any other run's. */
  readonly run: string;
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
/** Assumed: until somebody has read as far as what they like, and until the next. */
const MIN_PAUSE_MICROS = 1e6;
const PAUSE_SPREAD_MICROS = 6e6;
/** Writing takes longer. */
const WRITING = 4;

/** Throws RangeError when the target has no engagement service. */
export function askReactions(options: ReactOptions, names: ReactionNames): AskReactions {
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
  const shown = add(names.shown, "BatchGetReactions");
  const own = {
    like: add(names.like, "LikePost"),
    comment: add(names.comment, "CreateComment"),
    run: options.run,
    population,
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
      next: (nowMicros) => chain(own, wanted, 0, nowMicros),
    };
  };
}

/** What somebody wants to do to a post. */
interface Wanted {
  readonly kind: "like" | "comment";
  readonly viewer: number;
  readonly session: number;
  readonly postId: bigint;
}

interface Seen extends Omit<Wanted, "kind"> {
  readonly likedByViewer: boolean;
}

function wantedOf({ reactions }: Pick<Population, "reactions">, seen: Seen): readonly Wanted[] {
  const { viewer, session, postId, likedByViewer } = seen;
  const post = Number(BigInt.asIntN(32, postId ^ (postId >> 32n)));
  const likes = !likedByViewer && reactions.likes(viewer, post);
  const comments = reactions.comments(viewer, post, session | 0);
  const of = { viewer, session, postId };
  return [
    ...(likes ? [{ kind: "like", ...of } as const] : []),
    ...(comments ? [{ kind: "comment", ...of } as const] : []),
  ];
}

interface OwnReactions extends Pick<ReactOptions, "run" | "population"> {
  readonly like: number;
  readonly comment: number;
}

/** The reaction at `index`, after a pause, and the rest behind it. */
function chain(
  own: OwnReactions,
  wanted: readonly Wanted[],
  index: number,
  nowMicros: number,
): Step | undefined {
  if (index >= wanted.length) return undefined;
  const { kind, viewer, session, postId } = wanted[index];
  const bits = keyOf(keyOf(viewer, session | 0), index);
  const reading = MIN_PAUSE_MICROS + PAUSE_SPREAD_MICROS * unit(bits);
  return {
    intendedMicros: Math.round(nowMicros + (kind === "comment" ? WRITING : 1) * reading),
    operation: own[kind],
    // Nobody waits for it to go on reading.
    session: 0,
    message: () =>
      kind === "like"
        ? LikePostRequest.encode({ userId: BigInt(viewer), postId }).finish()
        : CreateCommentRequest.encode({
            authorId: BigInt(viewer),
            postId,
            parentId: 0n,
            text: writeText(own.population.text(viewer, bits >>> 0)),
            requestId: `${own.run}-${postId.toString(36)}-${session.toString(36)}`,
          }).finish(),
    next: (endedMicros) => chain(own, wanted, index + 1, endedMicros),
  };
}

function idsIn(varints: Uint8Array): bigint[] {
  const reader = new BinaryReader(varints);
  const ids: bigint[] = [];
  while (reader.pos < reader.len) ids.push(BigInt(reader.int64()));
  return ids;
}
