interface Known {
  readonly postId: bigint;
  /** Pages asked for from then on must show it. */
  dueMicros: number;
  /** When it was first seen, on a stream or page; Infinity: not yet. */
  shownMicros: number;
}

/** An entry that a page should have shown. */
export interface Missed {
  readonly postId: bigint;
  /** The viewer had seen it before. */
  readonly wasShown: boolean;
}

/** The ids that a page speaks of: from `lowest`, and below `below` when it is not the first page. */
export interface PageSpan {
  readonly lowest: bigint;
  readonly below: bigint | undefined;
}

/** Far more than the two pages that are read at a time. */
const MAX_KNOWN = 256;

/** The newest entries that a viewer's pages must show, as far as the probe knows: it was told, or saw them. */
export class KnownEntries {
  /** Ids fall. */
  readonly #newest: Known[] = [];

  acknowledged(postId: bigint, dueMicros: number): void {
    const known = this.#at(postId);
    known.dueMicros = Math.min(known.dueMicros, dueMicros);
  }

  shown(postId: bigint, atMicros: number): void {
    const known = this.#at(postId);
    known.shownMicros = Math.min(known.shownMicros, atMicros);
  }

  /** What a page that was asked for at `sentMicros` and showed these ids lacks. */
  missing(shown: ReadonlySet<bigint>, span: PageSpan, sentMicros: number): readonly Missed[] {
    const missed: Missed[] = [];
    for (const { postId, dueMicros, shownMicros } of this.#newest) {
      if (postId < span.lowest) break;
      if (span.below !== undefined && postId >= span.below) continue;
      const wasShown = shownMicros < sentMicros;
      if ((wasShown || dueMicros <= sentMicros) && !shown.has(postId)) {
        missed.push({ postId, wasShown });
      }
    }
    return missed;
  }

  /** Most are new, and so near the front. */
  #at(postId: bigint): Known {
    let place = 0;
    while (place < this.#newest.length && this.#newest[place].postId > postId) place++;
    const there = this.#newest[place];
    if (there?.postId === postId) return there;
    const known = { postId, dueMicros: Infinity, shownMicros: Infinity };
    if (place >= MAX_KNOWN) return known; // older than what is kept
    this.#newest.splice(place, 0, known);
    if (this.#newest.length > MAX_KNOWN) this.#newest.pop();
    return known;
  }
}
