import { keyOf, unit } from "../../population/hash.ts";
import { writeText } from "../../population/people/texts.ts";
import type { Population } from "../../population/population.ts";
import type { Step } from "../run/step.ts";

/** What somebody wants to do to a post. */
export interface Wanted {
  readonly kind: "like" | "comment";
  readonly viewer: number;
  /** In which they saw it. */
  readonly session: number;
  readonly postId: bigint;
}

/** A post that somebody looks at. */
export interface Seen extends Omit<Wanted, "kind"> {
  readonly likedByViewer: boolean;
}

/** How the target is told of a reaction. */
export interface ReactionSpeaker {
  /** Operations. */
  readonly like: number;
  readonly comment: number;
  likeMessage(wanted: Wanted): Uint8Array;
  commentMessage(wanted: Wanted, text: string, requestId: string): Uint8Array;
}

export interface ReactingOptions {
  readonly population: Pick<Population, "reactions" | "text">;
  /** Unlike any other run's. */
  readonly run: string;
}

/** Assumed: until somebody has read as far as what they like, and until the next. */
const MIN_PAUSE_MICROS = 1e6;
const PAUSE_SPREAD_MICROS = 6e6;
/** Writing takes longer. */
const WRITING = 4;

/** What the population says somebody does to a post: never a like twice. */
export function wantedOf(
  { reactions }: Pick<Population, "reactions">,
  { viewer, session, postId, likedByViewer }: Seen,
): readonly Wanted[] {
  const post = Number(BigInt.asIntN(32, postId ^ (postId >> 32n)));
  const likes = !likedByViewer && reactions.likes(viewer, post);
  const comments = reactions.comments(viewer, post, session | 0);
  const of = { viewer, session, postId };
  return [
    ...(likes ? [{ kind: "like", ...of } as const] : []),
    ...(comments ? [{ kind: "comment", ...of } as const] : []),
  ];
}

/** The first of these, after a pause, and the others behind it; undefined when there are none. */
export function reactionChain(
  speaker: ReactionSpeaker,
  options: ReactingOptions,
  wanted: readonly Wanted[],
  nowMicros: number,
): Step | undefined {
  const stepAt = (index: number, fromMicros: number): Step | undefined => {
    const one = wanted.at(index);
    if (one === undefined) return undefined;
    const { kind, viewer, session, postId } = one;
    const bits = keyOf(keyOf(viewer, session | 0), index);
    const reading = MIN_PAUSE_MICROS + PAUSE_SPREAD_MICROS * unit(bits);
    return {
      intendedMicros: Math.round(fromMicros + (kind === "comment" ? WRITING : 1) * reading),
      operation: speaker[kind],
      // Nobody waits for it to go on reading.
      session: 0,
      message() {
        if (kind === "like") return speaker.likeMessage(one);
        const text = writeText(options.population.text(viewer, bits >>> 0));
        const name = `${options.run}-${postId.toString(36)}-${session.toString(36)}`;
        return speaker.commentMessage(one, text, name);
      },
      next: (endedMicros) => stepAt(index + 1, endedMicros),
    };
  };
  return stepAt(0, nowMicros);
}
