import { MAX_PAGE_ENTRIES } from "../../../model/limits.ts";
import type { EntryWindow } from "../../ports.ts";
import { CursorWriter } from "../cursor/cursor-writer.ts";
import { CHRONOLOGICAL_LETTERS, type Scroll } from "../cursor/format.ts";
import { highHalf, lowHalf } from "../halves.ts";

/** Tags of GetTimelineResponse and Entry: field << 3 | wire type. */
const ENTRIES = 0x0a;
const NEXT_PAGE_TOKEN = 0x12;
const DEGRADED = 0x1a;
const POST_ID = 0x08;
const AUTHOR_ID = 0x10;
const CURSOR = 0x1a;

/** Two tagged varints of at most 9 bytes, and the cursor; under 128, so its length is one byte. */
const MAX_ENTRY_BYTES = 2 + 2 * 10 + 2 + CHRONOLOGICAL_LETTERS;
const MAX_TAIL_BYTES = 128;

/**
 * GetTimelineResponse as protobuf, straight from a window: no object an entry. The same message as
 * ts-proto's encoder writes (page-writer.test.ts holds them together).
 */
export class PageWriter {
  readonly #scratch = Buffer.alloc(MAX_PAGE_ENTRIES * MAX_ENTRY_BYTES + MAX_TAIL_BYTES);
  readonly #cursors = new CursorWriter();

  /** `next`: the id below which the next page goes on; undefined at the end of the feed. */
  write(
    scroll: Scroll,
    entries: EntryWindow,
    next: bigint | undefined,
    degraded: readonly number[],
  ): Buffer {
    const scratch = this.#scratch;
    const cursors = this.#cursors;
    cursors.start(scroll);
    let at = 0;
    for (let i = 0; i < entries.count; i++) at = this.#writeEntry(at, entries, i);
    if (next !== undefined) {
      scratch[at++] = NEXT_PAGE_TOKEN;
      scratch[at++] = CHRONOLOGICAL_LETTERS;
      at = cursors.write(scratch, at, highHalf(next), lowHalf(next));
    }
    if (degraded.length > 0) {
      scratch[at++] = DEGRADED;
      scratch[at++] = degraded.length;
      for (const reason of degraded) scratch[at++] = reason;
    }
    return Buffer.from(scratch.subarray(0, at));
  }

  #writeEntry(start: number, entries: EntryWindow, i: number): number {
    const scratch = this.#scratch;
    const high = entries.postHigh[i];
    const low = entries.postLow[i];
    scratch[start] = ENTRIES;
    let at = start + 2;
    scratch[at++] = POST_ID;
    at = writeVarint(scratch, at, high, low);
    scratch[at++] = AUTHOR_ID;
    at = writeVarint(scratch, at, entries.authorHigh[i], entries.authorLow[i]);
    scratch[at++] = CURSOR;
    scratch[at++] = CHRONOLOGICAL_LETTERS;
    at = this.#cursors.write(scratch, at, high, low);
    scratch[start + 1] = at - start - 2;
    return at;
  }
}

/** A positive int64 in 7-bit groups, lowest first. */
function writeVarint(out: Uint8Array, start: number, high: number, low: number): number {
  let at = start;
  let rest = low;
  let above = high;
  while (above > 0 || rest > 127) {
    out[at++] = (rest & 127) | 128;
    rest = ((rest >>> 7) | (above << 25)) >>> 0;
    above >>>= 7;
  }
  out[at++] = rest;
  return at;
}
