/** AppendEntries calls that are sent at one time, in columns: one to an owner at most. */
export class Calls {
  count = 0;
  readonly owner: Int32Array;
  /** How many messages' parts are in it; of those that have any, posts and entries, on average. */
  readonly messages: Int32Array;
  readonly pieces: Float64Array;
  readonly entries: Float64Array;
  /** When it is at its owner. */
  readonly at: Float64Array;
  /**
   * The answer: when the entries can be read. Infinity: the call could not be begun before its
   * deadline, and so is not done at all.
   */
  readonly readable: Float64Array;

  constructor(most: number) {
    this.owner = new Int32Array(most);
    this.messages = new Int32Array(most);
    this.pieces = new Float64Array(most);
    this.entries = new Float64Array(most);
    this.at = new Float64Array(most);
    this.readable = new Float64Array(most);
  }

  add(owner: number, messages: number, pieces: number, entries: number): void {
    const i = this.count++;
    this.owner[i] = owner;
    this.messages[i] = messages;
    this.pieces[i] = pieces;
    this.entries[i] = entries;
  }
}
