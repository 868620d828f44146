/** One line of a file, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Undefined: it was longer than MAX_LINE_BYTES, and was not kept. */
  readonly text: string | undefined;
}

export const MAX_LINE_BYTES = 4_096;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BYTE_ORDER_MARK = "\uFEFF";

/**
 * Lines in groups, one a chunk of the file: no more than a chunk and a line is held in memory. A line
 * ends in LF, in CR LF, or in CR alone, as on old Macs and in spreadsheets that write for them.
 */
export async function* readLines(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<readonly Line[], void, undefined> {
  const splitter = new LineSplitter();
  for await (const chunk of chunks) yield splitter.split(chunk);
  yield splitter.end();
}

class LineSplitter {
  #rest: Buffer = Buffer.alloc(0);
  #isTooLong = false;
  #number = 0;
  /** The last byte was a CR: an LF that follows ends the same line. */
  #afterReturn = false;

  split(chunk: Buffer): readonly Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = this.#endFrom(chunk, 0); end >= 0; end = this.#endFrom(chunk, start)) {
      const isSecondHalf = chunk[end] === NEWLINE && end === start && this.#afterReturn;
      if (!isSecondHalf) {
        this.#keep(chunk.subarray(start, end));
        lines.push(this.#take());
      }
      this.#afterReturn = chunk[end] === RETURN;
      start = end + 1;
    }
    if (start < chunk.length) this.#afterReturn = false;
    this.#keep(chunk.subarray(start));
    return lines;
  }

  end(): readonly Line[] {
    return this.#rest.length > 0 || this.#isTooLong ? [this.#take()] : [];
  }

  /** Where the next line ends; -1: not in this chunk. */
  #endFrom(chunk: Buffer, start: number): number {
    const newline = chunk.indexOf(NEWLINE, start);
    // Without the bound a file of LF alone would be searched for a CR to its end, for each line.
    const until = newline < 0 ? chunk : chunk.subarray(0, newline);
    const ret = until.indexOf(RETURN, start);
    return ret < 0 ? newline : ret;
  }

  #keep(bytes: Buffer): void {
    this.#isTooLong ||= this.#rest.length + bytes.length > MAX_LINE_BYTES;
    if (this.#isTooLong) this.#rest = Buffer.alloc(0);
    else this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
  }

  #take(): Line {
    const isTooLong = this.#isTooLong;
    const text = this.#rest.toString("utf8");
    this.#rest = Buffer.alloc(0);
    this.#isTooLong = false;
    this.#number++;
    if (isTooLong) return { number: this.#number, text: undefined };
    const isMarked = this.#number === 1 && text.startsWith(BYTE_ORDER_MARK);
    return { number: this.#number, text: isMarked ? text.slice(1) : text };
  }
}
