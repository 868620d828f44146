import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import { firstPostIdAt, type PostId, postTimeMs } from "../../../../services/model/ids.ts";

/** A stream that resumes begins so much before its cursor (rule 5.8); what comes later still is the scroll's. */
const OVERLAP_MS = 120_000;

const { FILLING, INDEX_BEHIND, FRIENDS_UNAVAILABLE } = DegradedReason;
/** On a stream that goes on. Of the last one more is shown, not less. */
const TO_COME: ReadonlySet<DegradedReason> = new Set([FILLING, INDEX_BEHIND, FRIENDS_UNAVAILABLE]);

/** One message of a stream, as its reader has it. */
export interface Told {
  readonly ids: readonly PostId[];
  readonly degraded: readonly DegradedReason[];
  /** What a page that was empty says it has seen. */
  readonly seen: bigint;
}

/**
 * What the reader of one timeline is owed by its streams, from what these told: of all that the viewer may see, at or
 * above the lowest id that its first page covers, each post once, unless a message names that something is missing. What
 * was owed two minutes below the newest that was seen, when a stream broke, the scroll has.
 */
export class Ledger {
  readonly shown = new Set<PostId>();
  readonly #limit: number;
  /** Named as missing, or of who was no friend all the time. */
  readonly #excused = new Set<PostId>();
  /** Named on this stream, and to come on it. */
  readonly #toCome = new Set<PostId>();
  /** It answers for the ids from here on. */
  #from = 0n;
  /** 0n: nothing was seen. */
  #newest = 0n;
  #isFresh = true;
  /** The stream has brought nothing yet but the word that something is missing. */
  #isFirst = true;

  constructor(limit: number) {
    this.#limit = limit;
  }

  excuse(post: PostId): void {
    this.#excused.add(post);
  }

  opened(): void {
    this.#isFirst = true;
    this.#isFresh = this.#newest === 0n;
    if (!this.#isFresh && this.#window > this.#from) this.#from = this.#window;
  }

  broke(): void {
    for (const id of this.#toCome) this.#excused.add(id);
    this.#toCome.clear();
  }

  /** `visible`: what the viewer may see now. */
  took({ ids, degraded, seen }: Told, visible: readonly PostId[]): void {
    for (const id of ids) {
      this.shown.add(id);
      this.#toCome.delete(id);
    }
    const isFirst = this.#isFirst;
    if (isFirst && this.#isFresh) this.#from = ids.length < this.#limit ? 0n : lowest(ids);
    for (const id of [...ids, seen]) if (id > this.#newest) this.#newest = id;
    if (degraded.some((reason) => isFirst || reason !== FRIENDS_UNAVAILABLE))
      this.#name(isFirst, degraded, visible);
    if (ids.length > 0 || degraded.length === 0) this.#isFirst = false;
  }

  /** What should have been shown, or named, by now. */
  lacks(visible: readonly PostId[]): PostId[] {
    return visible.filter(
      (id) => id >= this.#from && !this.shown.has(id) && !this.#excused.has(id),
    );
  }

  /** Of a first message all that lacks is named; later ones say what comes next on this stream. */
  #name(isFirst: boolean, degraded: readonly DegradedReason[], visible: readonly PostId[]): void {
    const goesOn = !isFirst && degraded.every((reason) => TO_COME.has(reason));
    for (const id of this.lacks(visible)) {
      const isToCome = goesOn && id >= this.#window;
      (isToCome ? this.#toCome : this.#excused).add(id);
    }
  }

  get #window(): bigint {
    return firstPostIdAt(postTimeMs(this.#newest) - OVERLAP_MS);
  }
}

function lowest(ids: readonly PostId[]): bigint {
  return ids.reduce((min, id) => (id < min ? id : min));
}
