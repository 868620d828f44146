import type { PostId, UserId } from "../../model/ids.ts";
import { NEXT_CHANGE, type PersonState, type PersonStates } from "../../model/person-states.ts";
import { notFound, permissionDenied } from "../../platform/grpc/errors/errors.ts";
import { refuseGone } from "../../platform/people/refuse-gone.ts";
import type {
  CommentDraft,
  CommentOutcome,
  PostViewing,
  Reaction,
  ReactionEraser,
  ReactionStore,
} from "../ports.ts";
import { withdrawIfGone } from "./withdraw-if-gone.ts";

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
  /** Moves of many reactions that are under way, so that whoever asks again waits for the one that runs. */
  readonly #moving = new Map<string, Promise<number>>();

  constructor(deps: ReactorDeps) {
    this.#deps = deps;
  }

  async like(user: UserId, post: PostId, traceId: string): Promise<boolean> {
    await this.#mayReact(user, post);
    const changed = await this.#deps.store.like(user, post, traceId);
    await withdrawIfGone(this.#deps, { user, post, comment: 0n });
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
      await withdrawIfGone(this.#deps, { user: authorId, post: postId, comment });
    }
    return outcome;
  }

  /** What may not be seen is deleted already, as what is not there: nobody learns of it. */
  async deleteComment(user: UserId, post: PostId, comment: bigint, traceId: string): Promise<void> {
    const { store, viewing } = this.#deps;
    const found = await store.findComment(post, comment);
    // What was set aside can't be found: it would be back if the person is restored.
    if (found === undefined) return refuseGone(this.#deps.states, user);
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

  /**
   * Resolves when the person's reactions are as the state says, or a later change has overtaken this one: with
   * the number of the one that is in force. Again, it goes on where it was.
   */
  async set(user: UserId, state: PersonState, change = NEXT_CHANGE): Promise<number> {
    const { states } = this.#deps;
    // Of who comes back first all is back: reactions that come meanwhile are refused still.
    const inForce =
      state === "visible"
        ? await states.begin(user, change)
        : await states.set(user, state, change);
    if (change !== NEXT_CHANGE && inForce > change) return inForce;
    const name = `${user} ${inForce}`;
    const moving =
      this.#moving.get(name) ??
      this.#moveAll(user, state, inForce).finally(() => this.#moving.delete(name));
    this.#moving.set(name, moving);
    return moving;
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

  async #moveAll(user: UserId, state: PersonState, change: number): Promise<number> {
    const { states, eraser } = this.#deps;
    if (state !== "visible") {
      return this.#eachOf(user, change, (some) => eraser.setAside(some, change));
    }
    const putBack = (some: readonly Reaction[]) => eraser.putBack(some, change);
    const inForce = await this.#eachOf(user, change, putBack);
    if (inForce > change) return inForce;
    await states.set(user, state, change);
    // What was being stored all the while may have been set aside behind the first pass.
    return this.#eachOf(user, change, putBack);
  }

  /** Ends early when a later change is in force, whose number it resolves with: the rest is that one's. */
  async #eachOf(
    user: UserId,
    change: number,
    move: (some: readonly Reaction[]) => Promise<void>,
  ): Promise<number> {
    const { states, eraser } = this.#deps;
    for (let after = "", isLast = false; !isLast; isLast = after === "") {
      const { items, next } = await eraser.by(user, after, MOVED_AT_ONCE);
      await move(items);
      const inForce = (await states.standing(user)).change;
      if (inForce > change) return inForce;
      after = next;
    }
    return change;
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
    await refuseGone(this.#deps.states, user);
    await this.maySee(user, post);
  }
}
