import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppendEntriesRequest, type PostAppend } from "#gen/timeline/v1/timeline.ts";
import {
  bytesField,
  fixed64Field,
  id,
  interleave,
  unknownField,
  varintField,
} from "../../../test/support/legal-wire.ts";
import { MAX_ID, type PostId, type UserId } from "../ids.ts";
import { MAX_APPEND_POSTS, MAX_APPEND_VIEWERS_PER_POST } from "../limits.ts";
import { type AppendBatch, decodeAppendEntries, encodeAppendEntries } from "./append-entries.ts";
import { idsOf, pairsOf, WireError } from "./id-pairs.ts";

/** What ts-proto would have made of the batch. */
function plain(batch: AppendBatch): PostAppend[] {
  return batch.appends.map(({ viewers, createTimeMs, traceparent, ...rest }) => ({
    ...rest,
    viewerIds: idsOf(viewers),
    createTimeMs: BigInt(createTimeMs),
    traceParent: traceparent,
  }));
}

/** Any bytes that protobuf allows for one PostAppend: orders, repeats, packed, unpacked, split, unknown. */
const legalPost = fc
  .record({
    postIds: fc.array(id, { minLength: 1, maxLength: 2 }),
    authorIds: fc.array(id, { minLength: 1, maxLength: 2 }),
    deleted: fc.array(fc.boolean(), { maxLength: 2 }),
    times: fc.array(fc.bigInt(0n, 2n ** 53n - 1n), { maxLength: 2 }),
    requestIds: fc.array(fc.string({ maxLength: 40, unit: "grapheme" }), { maxLength: 2 }),
    viewers: fc.array(fc.oneof(id, fc.array(id, { maxLength: 12 })), { maxLength: 6 }),
    traces: fc.array(fc.string({ maxLength: 60 }), { maxLength: 2 }),
    unknown: fc.array(unknownField(), { maxLength: 2 }),
  })
  .chain((parts) =>
    interleave([
      parts.postIds.map((value) => varintField(1, value)),
      parts.authorIds.map((value) => varintField(2, value)),
      parts.deleted.map((value) => varintField(3, value ? 1n : 0n)),
      parts.viewers.map((part) =>
        Array.isArray(part) ? bytesField(4, fixed64s(part)) : fixed64Field(4, part),
      ),
      parts.times.map((value) => varintField(5, value)),
      parts.requestIds.map((value) => bytesField(6, Buffer.from(value))),
      parts.traces.map((value) => bytesField(7, Buffer.from(value))),
      parts.unknown,
    ]),
  );
const legalRequest = fc
  .tuple(fc.array(legalPost, { maxLength: 5 }), fc.array(unknownField(), { maxLength: 2 }))
  .chain(([posts, unknown]) => interleave([posts.map((post) => bytesField(1, post)), unknown]));

function fixed64s(ids: readonly bigint[]): Buffer {
  return Buffer.from(pairsOf(ids).buffer);
}

/** The same bytes at an odd address: protobuf aligns nothing. */
function unaligned(bytes: Uint8Array): Uint8Array {
  const memory = new Uint8Array(bytes.length + 3);
  memory.set(bytes, 3);
  return memory.subarray(3);
}

const batch: fc.Arbitrary<AppendBatch> = fc.record({
  appends: fc.array(
    fc.record({
      postId: id as fc.Arbitrary<PostId>,
      authorId: id as fc.Arbitrary<UserId>,
      deleted: fc.boolean(),
      viewers: fc.array(id, { maxLength: 30 }).map(pairsOf),
      createTimeMs: fc.maxSafeNat(),
      requestId: fc.string({ maxLength: 64, unit: "grapheme" }),
      traceparent: fc.option(fc.string({ minLength: 1, maxLength: 60 }), { nil: undefined }),
    }),
    { maxLength: 8 },
  ),
});

function post(overrides: Partial<PostAppend> = {}): PostAppend {
  const rest = { deleted: false, createTimeMs: 0n, requestId: "" };
  return { postId: 1n, authorId: 2n, viewerIds: [3n], ...rest, ...overrides };
}

function encoded(...appends: PostAppend[]): Uint8Array {
  return AppendEntriesRequest.encode({ appends }).finish();
}

function errorOf(bytes: Uint8Array): string {
  try {
    decodeAppendEntries(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    return (error as Error).message;
  }
  return "none";
}

describe("AppendEntries on the wire", () => {
  it("decodes every legal encoding as the generated code does", () => {
    fc.assert(
      fc.property(legalRequest, (bytes) => {
        const expected = AppendEntriesRequest.decode(bytes).appends;
        expect(plain(decodeAppendEntries(unaligned(bytes)))).toEqual(expected);
      }),
    );
  });

  it("encodes what the generated code reads back", () => {
    fc.assert(
      fc.property(batch, (value) => {
        const bytes = encodeAppendEntries(value);
        expect(AppendEntriesRequest.decode(bytes).appends).toEqual(plain(value));
        expect(plain(decodeAppendEntries(bytes))).toEqual(plain(value));
      }),
    );
  });

  it("keeps nothing of the request's memory", () => {
    const bytes = encoded(post({ viewerIds: [7n, MAX_ID] }));
    const decoded = decodeAppendEntries(bytes);
    bytes.fill(0xff);
    expect(idsOf(decoded.appends[0].viewers)).toEqual([7n, MAX_ID]);
  });

  it("never reads past the end, wherever the data is cut", () => {
    const bytes = encoded(post({ viewerIds: [1n, 2n, 3n], requestId: "r", createTimeMs: 9n }));
    for (let length = 1; length < bytes.length; length++) {
      expect(errorOf(bytes.subarray(0, length))).toContain("appends");
    }
  });

  it("answers arbitrary bytes with a batch or a WireError", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        errorOf(bytes);
      }),
    );
  });

  it("refuses ids outside 1 to 2^63-1 and lists beyond the limits, and names the field", () => {
    expect(errorOf(encoded(post(), post({ viewerIds: [5n, 1n << 63n] })))).toBe(
      "appends[1].viewer_ids: 9223372036854775808 at 1; an id is 1 to 2^63-1",
    );
    expect(errorOf(encoded(post({ viewerIds: [0n] })))).toContain("viewer_ids: 0 at 0");
    expect(errorOf(encoded(post({ postId: 0n })))).toContain("appends[0].post_id: 0");
    expect(errorOf(encoded(post({ authorId: -1n })))).toContain("appends[0].author_id: -1");
    const crowd = Array.from({ length: MAX_APPEND_VIEWERS_PER_POST + 1 }, (_, i) => BigInt(i + 1));
    expect(errorOf(encoded(post({ viewerIds: crowd })))).toContain("5001; at most 5000");
    const flood = Array.from({ length: MAX_APPEND_POSTS + 1 }, () => post());
    expect(errorOf(encoded(...flood))).toContain("appends: more than 200");
    expect(errorOf(bytesField(1, bytesField(4, new Uint8Array(7))))).toContain("7 bytes of ids");
  });
});
