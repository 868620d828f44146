/** What the gateway's streams write before an entry; its JSON holds no line end, so no text can look so. */
const ENTRY = Buffer.from("\nevent: entry\n");
const NOTHING = Buffer.alloc(0);

/** Counts the entries of one stream, in however many pieces it comes. */
export class EntryCount {
  /** Of the last piece, what an entry may begin with. */
  #tail: Buffer = NOTHING;

  /** Entries that begin with this piece or end their beginning in it: each is counted once. */
  add(piece: Buffer): number {
    const bytes = this.#tail.length === 0 ? piece : Buffer.concat([this.#tail, piece]);
    let entries = 0;
    let from = 0;
    for (let at = bytes.indexOf(ENTRY); at >= 0; at = bytes.indexOf(ENTRY, from)) {
      entries++;
      from = at + ENTRY.length;
    }
    // A copy: the piece is not kept for its last bytes.
    this.#tail = Buffer.from(bytes.subarray(Math.max(from, bytes.length - ENTRY.length + 1)));
    return entries;
  }
}
