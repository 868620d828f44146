import type { Step } from "../run/step.ts";

/** When a step is intended, and whose turn it is in. */
export interface When {
  readonly intendedMicros: number;
  /** Of the engine; 0 is alone. */
  readonly session: number;
}

/** A person's timeline, open in their app, as far as they have scrolled. */
export interface Feed {
  readonly viewer: number;
  /**
   * What goes on below the last page that came; empty at the end. Undefined: no page came yet (or the run
   * began in the middle of the session), and whoever scrolls gets the newest.
   */
  token: string | undefined;
}

/** The newest page, or the one below the last. */
export type PageFrom = "top" | "below";

/**
 * Steps for a page and for what is on it, all intended at once: the answer to the last is the page as the
 * person sees it. None when the viewer's timeline is not in this slice.
 */
export type AskPage = (feed: Feed, from: PageFrom, when: When) => readonly Step[];

export interface NewPost {
  readonly author: number;
  /** Which of the author's texts. */
  readonly textNumber: number;
  /** Unlike any other of the author's within a day, or it would not be a new post. */
  readonly requestId: string;
}

export type AskPost = (post: NewPost, when: When) => Step;

/** Told of each post that the target took; a probe is one. */
export interface PostListener {
  /** Its answer came, us on the clock of the run. */
  acknowledged(author: number, postId: bigint, atMicros: number, textNumber?: number): void;
  /** No good answer came: whether there is such a post is not known. */
  unknown?(author: number, atMicros: number): void;
}

/** What the calls of a page are named. */
export interface PageNames {
  readonly page: string;
  /** Of the texts, where they are another call; a page without them is the entries alone. */
  readonly posts?: string;
  /** Of the reactions to what is on the page, where they are another call. */
  readonly shown?: string;
  /** Of those that the viewer adds, later and by themselves; nobody reacts by default. */
  readonly reactions?: ReactionNames;
}

export interface ReactionNames {
  readonly like: string;
  readonly comment: string;
}

/** How apps speak to the target: over gRPC or REST. Each call adds operations of these names. */
export interface Protocol {
  pages(names: PageNames): AskPage;
  posts(name: string): AskPost;
}
