/** For tests: protobuf bytes made by hand, so that every legal encoding of a message can be tried. */
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import fc from "fast-check";
import { MAX_ID } from "../../services/model/ids.ts";
import { BYTES, FIXED64, tagOf, VARINT } from "../../services/model/wire/fields.ts";

/** Ids, small and large, with both ends of what is allowed. */
export const id = fc.oneof(fc.bigInt(1n, MAX_ID), fc.bigInt(1n, 300n), fc.constant(MAX_ID));

export function varintField(field: number, value: bigint): Uint8Array {
  return new BinaryWriter().uint32(tagOf(field, VARINT)).uint64(value).finish();
}

export function fixed64Field(field: number, value: bigint): Uint8Array {
  return new BinaryWriter().uint32(tagOf(field, FIXED64)).fixed64(value).finish();
}

export function bytesField(field: number, value: Uint8Array): Uint8Array {
  return new BinaryWriter().uint32(tagOf(field, BYTES)).bytes(value).finish();
}

/**
 * A field that a later version of the schema may have: far above those of today, so that a field which is
 * added is not taken for one, and the last with a tag of one byte.
 */
export function unknownField(): fc.Arbitrary<Uint8Array> {
  const field = fc.oneof(fc.constant(15), fc.integer({ min: 500, max: 1_000 }));
  return fc.oneof(
    fc.tuple(field, fc.bigInt(0n, MAX_ID)).map(([number, value]) => varintField(number, value)),
    fc.tuple(field, fc.bigInt(0n, MAX_ID)).map(([number, value]) => fixed64Field(number, value)),
    fc
      .tuple(field, fc.uint8Array({ maxLength: 20 }))
      .map(([number, value]) => bytesField(number, value)),
  );
}

/** The lists merged into one message at random; each list keeps its own order. */
export function interleave(lists: readonly (readonly Uint8Array[])[]): fc.Arbitrary<Uint8Array> {
  const turns = lists.flatMap((list, i) => list.map(() => i));
  return fc.shuffledSubarray(turns, { minLength: turns.length }).map((order) => {
    const next = lists.map(() => 0);
    return Buffer.concat(order.map((i) => lists[i][next[i]++]));
  });
}
