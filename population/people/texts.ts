import { keyOf, mix, unit } from "../hash.ts";
import { lognormalTable } from "./quantile-table.ts";
import { SCRIPTS } from "./scripts.ts";

/** A post's text, not yet written: 12 bytes in place of up to a kilobyte. */
export interface TextPlan {
  readonly seed: number;
  /** UTF-8, exactly; 1 to MAX_TEXT_PLAN_BYTES. */
  readonly bytes: number;
  /** Index into SCRIPTS. */
  readonly script: number;
}

/** As MAX_TEXT_BYTES of the mesh, which a test compares. */
export const MAX_TEXT_PLAN_BYTES = 1_024;
/** Most posts are a line; some are a page, cut at the limit. Assumed: no such figures are published. */
const MEAN_LETTERS = 80;
const LETTERS_SPREAD = 1.1;

const LETTERS = lognormalTable(MEAN_LETTERS, LETTERS_SPREAD);

/** The text number `post` of a person who writes in `script`. */
export function planText(personKey: number, post: number, script: number): TextPlan {
  const seed = keyOf(personKey, post);
  const letters = LETTERS.at(mix(seed));
  const bytes = Math.round(letters * SCRIPTS[script].bytesPerLetter);
  return { seed, script, bytes: Math.max(1, Math.min(bytes, MAX_TEXT_PLAN_BYTES)) };
}

/** The text: the same for the same plan, valid UTF-8 of exactly that many bytes, no space at the ends. */
export function writeText({ seed, bytes, script }: TextPlan): string {
  const { letters, bytesPerLetter, wordLetters } = SCRIPTS[script];
  const spaceShare = wordLetters === 0 ? 0 : 1 / wordLetters;
  let text = "";
  let lettersOfWord = 0;
  for (let left = bytes, n = 0; left > 0; n++) {
    const bits = mix(seed + Math.imul(n, 0x9e3779b1));
    // What is too short for a letter at the end is filled with full stops.
    if (left < bytesPerLetter) return text + ".".repeat(left);
    const isSpace = lettersOfWord > 0 && left > bytesPerLetter && unit(bits) < spaceShare;
    text += isSpace ? " " : letters[Math.trunc(unit(mix(bits)) * letters.length)];
    lettersOfWord = isSpace ? 0 : lettersOfWord + 1;
    left -= isSpace ? 1 : bytesPerLetter;
  }
  return text;
}
