import { createHash } from "node:crypto";
import type { StepBatch } from "../stream/steps.ts";

/**
 * A step in 20 bytes, little-endian: time in us since 0:00 UTC of day 0 (float64), person (int32),
 * session (int32), step (uint8), kind (uint8, place in STEP_KINDS), two zero bytes.
 */
export const RECORD_BYTES = 20;

/** Writes the places `from` to `to` of a batch as records. */
export function encodeRecords(batch: StepBatch, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array((to - from) * RECORD_BYTES);
  const view = new DataView(bytes.buffer);
  const { second, offsetUs, person, session, step, kind } = batch;
  for (let i = from; i < to; i++) {
    const at = (i - from) * RECORD_BYTES;
    view.setFloat64(at, second * 1e6 + offsetUs[i], true);
    view.setInt32(at + 8, person[i], true);
    view.setInt32(at + 12, session[i], true);
    bytes[at + 16] = step[i];
    bytes[at + 17] = kind[i];
  }
  return bytes;
}

const RECORDS_A_PIECE = 8_192;

export function* records(batches: Iterable<StepBatch>): Generator<Uint8Array> {
  for (const batch of batches) {
    for (let from = 0; from < batch.count; from += RECORDS_A_PIECE) {
      yield encodeRecords(batch, from, Math.min(batch.count, from + RECORDS_A_PIECE));
    }
  }
}

/** SHA-256 of the records: equal streams have equal digests, however many generators made them. */
export function digestOf(batches: Iterable<StepBatch>): string {
  const hash = createHash("sha256");
  for (const piece of records(batches)) hash.update(piece);
  return hash.digest("hex");
}
