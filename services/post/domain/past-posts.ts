import type { PostId } from "../../model/ids.ts";
import type { PostDraft } from "../ports.ts";
import { encodePost } from "./post-message.ts";

/** A post of the past: stamped by whoever imports it, delivered long ago. */
export type PastPost = Pick<PostDraft, "authorId" | "text"> & { readonly postId: PostId };

export interface ImportOptions {
  readonly onWritten: (more: number) => void;
  /** Into the post log too, to be kept so long: indexes then have them. */
  readonly logKeptMs?: number | undefined;
}

/** Of an import, in one row of the post log. */
export const PAST_POSTS_A_ROW = 1_000;

const NONE = new Uint8Array();
const BARE = { requestId: "", client: NONE, device: NONE, place: undefined };

export function encodePastPost({ postId, authorId, text }: PastPost): Uint8Array {
  return encodePost(postId, { authorId, text, ...BARE });
}
