import type { TextPlan } from "../../../population/people/texts.ts";
import { POST, STEP_KINDS, type StepBatch, textNumber, timeUs } from "../stream/steps.ts";

/** The texts of a population's people. */
export interface Texts {
  text(person: number, number: number): TextPlan;
}

const LINES_A_PIECE = 8_192;
const THREE_DIGITS = Array.from({ length: 1_000 }, (_, i) => String(i).padStart(3, "0"));
const KINDS = STEP_KINDS.map((kind) => `,"kind":"${kind}"`);

/**
 * A line a step, in pieces of some thousand lines. Put together by hand: all values are numbers, and
 * JSON.stringify would need an object for each. A post carries its text as (seed, bytes, script).
 */
export function* ndjson(batches: Iterable<StepBatch>, texts: Texts): Generator<string> {
  for (const batch of batches) {
    for (let from = 0; from < batch.count; from += LINES_A_PIECE) {
      yield lines(batch, from, Math.min(batch.count, from + LINES_A_PIECE), texts);
    }
  }
}

function lines(batch: StepBatch, from: number, to: number, texts: Texts): string {
  const { offsetUs, person, session, step, kind } = batch;
  // Whole numbers beyond 31 bits are slow to write, and so is what six digits are padded by.
  const second = batch.second > 0 ? String(batch.second) : undefined;
  let text = "";
  for (let i = from; i < to; i++) {
    const us = offsetUs[i];
    const time =
      second === undefined
        ? timeUs(batch, i)
        : second + THREE_DIGITS[Math.trunc(us / 1_000)] + THREE_DIGITS[us % 1_000];
    text += `{"timeUs":${time},"person":${person[i]},"session":${session[i]},"step":${step[i]}${KINDS[kind[i]]}`;
    if (kind[i] === POST) {
      const { seed, bytes, script } = texts.text(person[i], textNumber(session[i], step[i]));
      text += `,"text":{"seed":${seed},"bytes":${bytes},"script":${script}}`;
    }
    text += "}\n";
  }
  return text;
}
