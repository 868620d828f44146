import type { PostId, UserId } from "../../model/ids.ts";
import type { GoneState, PersonState, PersonStates } from "../../model/person-states.ts";
import {
  failedPrecondition,
  notFound,
  permissionDenied,
} from "../../platform/grpc/errors/errors.ts";
import type {
  CommentDraft,
  CommentOutcome,
  PostViewing,
  Reaction,
  ReactionEraser,
  ReactionStore,
} from "../ports.ts";

export interface ReactorDeps {
  readonly store: ReactionStore;
  readonly eraser: ReactionEraser;
  readonly states: PersonStates;
  readonly viewing: PostViewing;
}

const MOVED_AT_ONCE = 1_000;

/** Who may react, and what becomes of the reactions of people who go. */
export class Reactors {
  readonly #deps: ReactorDeps;

  constructor(deps: ReactorDeps) {
    this.#deps = deps;
  }

  async like(user: UserId, post: PostId, traceId: string): Promise<boolean> {
    await this.#mayReact(user, post);
    const changed = await this.#deps.store.like(user, post, traceId);
    await this.#withdrawIfGone({ user, post, comment: 0n });
    return changed;
  }

  async comment(draft: CommentDraft, traceId: string): Promise<CommentOutcome> {
    const { authorId, postId, parentId } = draft;
    await this.#mayReact(authorId, postId);
    if (parentId !== 0n && !(await this.#seenComment(authorId, postId, parentId))) {
      throw notFound("comment", parentId);
    }
    const outcome = await this.#deps.store.comment(draft, traceId);
    if (outcome.kind === "created") {
      const { commentId: comment } = outcome.comment;
      await this.#withdrawIfGone({ user: authorId, post: postId, comment });
    }
    return outcome;
  }

  /** What may not be seen is deleted already, as what is not there: nobody learns of it. */
  async deleteComment(user: UserId, post: PostId, comment: bigint, traceId: string): Promise<void> {
    const { store, viewing } = this.#deps;
    const found = await store.findComment(post, comment);
    // What was set aside can't be found: it would be back if the person is restored.
    if (found === undefined) return this.#refuseGone(user);
    if (found.authorId !== user) {
      const postAuthor = await viewing.authorOf(user, post);
      if (postAuthor !== user) {
        if (postAuthor === undefined || (await this.#isHidden(user, found.authorId))) return;
        throw permissionDenied(`comment ${comment} is neither ${user}'s nor on a post of theirs`);
      }
    }
    await store.deleteComment({ user: found.authorId, post, comment }, traceId);
  }

  /** Throws NOT_FOUND: what may not be seen looks like what is not there. */
  async maySee(viewer: UserId, post: PostId): Promise<void> {
    const author = await this.#deps.viewing.authorOf(viewer, post);
    if (author === undefined) throw notFound("post", post);
  }

  /** Resolves when the person's reactions are as the state says. Again, it goes on where it was. */
  async setState(user: UserId, state: PersonState): Promise<void> {
    const { states, eraser } = this.#deps;
    if (state === "visible") {
      // First all is back: reactions that come meanwhile are refused still.
      await this.#eachOf(user, (some) => eraser.putBack(some));
      await states.set(user, state);
      return;
    }
    await states.set(user, state);
    await this.#eachOf(user, (some) => eraser.setAside(some));
  }

  /** A post is deleted: its reactions go with it. */
  async postDeleted(post: PostId): Promise<void> {
    const { eraser, viewing } = this.#deps;
    viewing.forget(post);
    for (let after = "", isLast = false; !isLast; isLast = after === "") {
      const { items, next } = await eraser.on(post, after, MOVED_AT_ONCE);
      await eraser.erase(items);
      after = next;
    }
  }

  async #eachOf(user: UserId, change: (some: readonly Reaction[]) => Promise<void>) {
    for (let after = "", isLast = false; !isLast; isLast = after === "") {
      const { items, next } = await this.#deps.eraser.by(user, after, MOVED_AT_ONCE);
      await change(items);
      after = next;
    }
  }

  async #seenComment(viewer: UserId, post: PostId, comment: bigint): Promise<boolean> {
    const found = await this.#deps.store.findComment(post, comment);
    return found !== undefined && !(await this.#isHidden(viewer, found.authorId));
  }

  async #isHidden(viewer: UserId, person: UserId): Promise<boolean> {
    if (viewer === person) return false;
    return (await this.#deps.viewing.hiddenFrom(viewer, [person])).has(person);
  }

  async #mayReact(user: UserId, post: PostId): Promise<void> {
    await this.#refuseGone(user);
    await this.maySee(user, post);
  }

  async #refuseGone(user: UserId): Promise<void> {
    if ((await this.#stateOf(user)) === undefined) return;
    throw failedPrecondition(`person ${user} is being erased and can't react`);
  }

  /** Undefined: visible. */
  async #stateOf(user: UserId): Promise<GoneState | undefined> {
    return (await this.#deps.states.goneAmong([user])).get(user);
  }

  /** The person was hidden while the reaction was being stored: it is set aside as all others were. */
  async #withdrawIfGone(reaction: Reaction): Promise<void> {
    const state = await this.#stateOf(reaction.user);
    if (state === "hidden") await this.#deps.eraser.setAside([reaction]);
    if (state === "erased") await this.#deps.eraser.erase([reaction]);
  }
}
