/** Between two looks at the directory, ms: who began, who still writes after a pause. */
export const LOOK_MS = 1_000;
/** Between two reads of the newer end, ms, while rows come and nobody tells of them. */
export const POLL_MS = 40;
const MAX_POLL_MS = 500;
const POLLS_PER_SILENCE = 64;

/** In between, a row comes late by a sixty-fourth of the silence before it, and a mesh at rest costs two reads a second. */
export function pollMsAfter(silenceMs: number): number {
  return Math.min(MAX_POLL_MS, Math.max(POLL_MS, silenceMs / POLLS_PER_SILENCE));
}
