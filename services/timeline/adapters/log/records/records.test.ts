import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_ID } from "../../../../model/ids.ts";
import { FRAME_HEADER_BYTES, frameEnd, sealFrame } from "../../../../platform/storage/log/frame.ts";
import type { RingEntry } from "../../../domain/rings/ring-memory.ts";
import { inOrder } from "../intake/viewer-lists.ts";
import { RecordError, RecordReader } from "./record-reader.ts";
import { RecordWriter } from "./record-writer.ts";
import { ACTIVATE, COMPLETE, ENTRIES, FLOOR, LAPSE, type StateRecord } from "./records.ts";

const id = fc.oneof(fc.bigInt(1n, MAX_ID), fc.bigInt(1n, 300n), fc.bigInt(1n, 1n << 33n));
const half = fc.nat(0xffff_ffff);
const viewer = fc.record({ low: half, high: half });
const entry: fc.Arbitrary<RingEntry> = fc.record({
  postLow: half,
  postHigh: fc.nat(0x7fff_ffff),
  authorLow: half,
  authorHigh: fc.nat(0x7fff_ffff),
  deleted: fc.constant(false),
});
const state: fc.Arbitrary<StateRecord> = fc.oneof(
  fc.record({ kind: fc.constantFrom(ACTIVATE, LAPSE), viewer }),
  fc.record({
    kind: fc.constantFrom(COMPLETE, FLOOR),
    viewer,
    floorLow: half,
    floorHigh: half,
  }),
  fc.record({ kind: fc.constant(ENTRIES), viewer, entries: fc.array(entry, { maxLength: 2_000 }) }),
);
const append = fc.record({
  kind: fc.constant("append"),
  entry: fc.tuple(entry, fc.boolean()).map(([e, deleted]) => ({ ...e, deleted })),
  viewers: fc.uniqueArray(id, { minLength: 1, maxLength: 300 }),
});

function pairsOf(ids: readonly bigint[]): Uint32Array {
  return new Uint32Array(BigUint64Array.from(ids).buffer);
}

test("what was written is read, in order, through a frame", () => {
  const writer = new RecordWriter();
  const reader = new RecordReader();
  fc.assert(
    fc.property(fc.array(fc.oneof(append, state), { maxLength: 20 }), (records) => {
      writer.clear();
      const expected = records.map((record) => {
        if (record.kind !== "append") {
          writer.state(record as StateRecord);
          return record;
        }
        const { entry, viewers } = record as { entry: RingEntry; viewers: bigint[] };
        const sorted = inOrder(pairsOf(viewers));
        const chosen = Int32Array.from({ length: sorted.count }, (_, i) => i);
        writer.append(entry, sorted.viewers, chosen, sorted.count);
        return { entry, viewers: [...sorted.viewers] };
      });
      sealFrame(writer.bytes, writer.length, 2 ** 40 + 5);
      expect(frameEnd(writer.bytes, 0, 2 ** 40 + 5)).toBe(writer.length);
      expect(frameEnd(writer.bytes, 0, 5)).toBe(-1);
      const found: unknown[] = [];
      reader.read(writer.bytes, FRAME_HEADER_BYTES, writer.length, {
        append: (e, viewers, count) => {
          found.push({ entry: e, viewers: [...viewers.subarray(0, 2 * count)] });
        },
        state: (record) => found.push(record),
      });
      expect(found).toEqual(expected);
    }),
  );
});

test("bytes that are no records are refused, whatever they are", () => {
  const reader = new RecordReader();
  const visitor = { append() {}, state() {} };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      try {
        reader.read(bytes, 0, bytes.length, visitor);
      } catch (error) {
        expect(error).toBeInstanceOf(RecordError);
      }
    }),
  );
});

test("a list in any order is sorted, each viewer once; one in order is used as it is", () => {
  fc.assert(
    fc.property(fc.array(id, { maxLength: 50 }), (ids) => {
      const { viewers, count, repeats } = inOrder(pairsOf(ids));
      const expected = [...new Set(ids)].sort((a, b) => (a < b ? -1 : 1));
      expect(viewers.subarray(0, 2 * count)).toEqual(pairsOf(expected));
      expect(repeats).toBe(ids.length - expected.length);
      const again = pairsOf(expected);
      expect(inOrder(again).viewers).toBe(again);
    }),
  );
});
