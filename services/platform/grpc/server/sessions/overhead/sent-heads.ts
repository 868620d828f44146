/** HPACK's table at this end: what is larger is never in it, and what is in it may cost its caller a byte. */
const TABLE_BYTES = 4_096;
/** As a token is, and so that the table holds few. */
const LARGE_BYTES = 512;
/**
 * So many of the newest are known again. Whoever has one in the table all the time, and sends as many others until it
 * is forgotten, gains a ninth of what that costs.
 */
const KNOWN = 64;
const SIGN_CHARACTERS = 32;

/** What of the heads of a connection was sent with them for certain, and did not come from HPACK's table. */
export class SentHeads {
  /** Signs of large texts; most connections have none. */
  #known: Int32Array | undefined;
  #next = 0;

  /** In bytes, of names and values in turns. */
  sentWith(rawHeaders: readonly string[]): number {
    let [small, sent] = [0, 0];
    for (const text of rawHeaders) {
      if (text.length < LARGE_BYTES) small += text.length;
      else if (this.#isNew(text)) sent += text.length;
    }
    if (small > TABLE_BYTES) sent += Math.max(0, sumOfSmall(new Set(rawHeaders)) - TABLE_BYTES);
    return sent;
  }

  #isNew(text: string): boolean {
    if (text.length > TABLE_BYTES) return true;
    this.#known ??= new Int32Array(KNOWN);
    const sign = signOf(text);
    if (this.#known.includes(sign)) return false;
    this.#known[this.#next++ % KNOWN] = sign;
    return true;
  }
}

/** Of texts that are in a head again and again one. */
function sumOfSmall(texts: Iterable<string>): number {
  let bytes = 0;
  for (const { length } of texts) if (length < LARGE_BYTES) bytes += length;
  return bytes;
}

/** By its length and its end, where tokens differ. Two that have one sign count as one. */
function signOf(text: string): number {
  let sign = text.length;
  for (let at = text.length - SIGN_CHARACTERS; at < text.length; at++) {
    sign = (Math.imul(sign, 31) + text.charCodeAt(at)) | 0;
  }
  return sign;
}
