import type { PostId, UserId } from "../../../model/ids.ts";
import type { EntryKey, EntryListener } from "../../ports.ts";

/**
 * Why a watcher hears no more, or (`lapsed`) nothing until the timeline is filled again; `missed`: it was not
 * told of all.
 */
export type WatchEnd = "aged" | "closed" | "too-slow";
export type WatchBreak = WatchEnd | "lapsed" | "missed";

/**
 * One open stream: what became readable and was not sent yet. Entries pile up while the stream is not
 * writable; past `maxBuffered` the consumer is too slow, and its memory is given back at once.
 */
export class Watcher implements EntryListener {
  #buffer: EntryKey[] = [];
  #end: WatchEnd | undefined;
  readonly #ended = Promise.withResolvers<void>();
  #isLapsed = false;
  #hasMissed = false;
  #wake: (() => void) | undefined;
  readonly #maxBuffered: number;

  constructor(maxBuffered: number) {
    this.#maxBuffered = maxBuffered;
  }

  entry(postId: PostId, authorId: UserId): void {
    if (this.#end) return;
    this.#buffer.push({ postId, authorId });
    if (this.#buffer.length > this.#maxBuffered) this.stop("too-slow");
    this.#wake?.();
  }

  /** What was heard is of a timeline that is no more: the next one brings it again. */
  lapsed(): void {
    this.#buffer = [];
    this.#isLapsed = true;
    this.#wake?.();
  }

  /** There is something that it does not hear of: the page that is read again has it. */
  missed(): void {
    this.#hasMissed = true;
    this.#wake?.();
  }

  /** What it heard so far is on the page that is read now, in the same turn of the event loop. */
  forget(): void {
    this.#buffer = [];
    this.#hasMissed = false;
  }

  get isOver(): boolean {
    return this.#end !== undefined;
  }

  /** Resolves when it is over. */
  get over(): Promise<void> {
    return this.#ended.promise;
  }

  stop(end: WatchEnd): void {
    this.#end ??= end;
    this.#ended.resolve();
    if (end === "too-slow") this.#buffer = [];
    this.#wake?.();
  }

  /**
   * Resolves to the entries heard since, at most `limit`: those that one sync of the log made readable
   * come together. Or to why there will be none; what was heard before the end comes first. A lapse, or that
   * something was missed, is told once, and before what is heard after it.
   */
  async next(limit: number): Promise<readonly EntryKey[] | WatchBreak> {
    for (;;) {
      if (this.#isLapsed) {
        this.#isLapsed = false;
        return "lapsed";
      }
      if (this.#hasMissed && !this.#end) {
        this.#hasMissed = false;
        return "missed";
      }
      if (this.#buffer.length > 0) break;
      if (this.#end) return this.#end;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#buffer.splice(0, limit);
  }
}
