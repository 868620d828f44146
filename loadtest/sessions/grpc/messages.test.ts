import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BatchGetPostsRequest } from "#gen/post/v1/post.ts";
import {
  GetTimelineRequest,
  GetTimelineResponse,
  TimelineOrder,
} from "#gen/timeline/v1/timeline.ts";
import { WireError } from "../../../services/model/wire/id-pairs.ts";
import {
  bytesField,
  id,
  interleave,
  unknownField,
  varintField,
} from "../../../test/support/legal-wire.ts";
import { decodePageAnswer, encodePageRequest, encodePostsRequest } from "./messages.ts";

const text = fc.string({ maxLength: 60, unit: "grapheme" });

/** Any bytes that protobuf allows for an entry: any order, repeats, fields of later versions. */
const legalEntry = fc
  .record({
    postIds: fc.array(id, { maxLength: 2 }),
    authorIds: fc.array(id, { maxLength: 2 }),
    cursors: fc.array(text, { maxLength: 2 }),
    reasons: fc.array(text, { maxLength: 2 }),
    unknown: fc.array(unknownField(), { maxLength: 2 }),
  })
  .chain((parts) =>
    interleave([
      parts.postIds.map((value) => varintField(1, value)),
      parts.authorIds.map((value) => varintField(2, value)),
      parts.cursors.map((value) => bytesField(3, Buffer.from(value))),
      parts.reasons.map((value) => bytesField(4, Buffer.from(value))),
      parts.unknown,
    ]),
  );

const legalAnswer = fc
  .record({
    entries: fc.array(legalEntry, { maxLength: 25 }),
    tokens: fc.array(text, { maxLength: 2 }),
    degraded: fc.array(fc.bigInt(0n, 7n), { maxLength: 3 }),
    unknown: fc.array(unknownField(), { maxLength: 2 }),
  })
  .chain((parts) =>
    interleave([
      parts.entries.map((value) => bytesField(1, value)),
      parts.tokens.map((value) => bytesField(2, Buffer.from(value))),
      parts.degraded.map((value) => varintField(3, value)),
      parts.unknown,
    ]),
  );

describe("a page on the wire", () => {
  it("is read as the generated code reads it, and asks for its posts", () => {
    fc.assert(
      fc.property(legalAnswer, (bytes) => {
        const expected = GetTimelineResponse.decode(bytes);
        const { postIds, token } = decodePageAnswer(bytes);
        expect(token).toBe(expected.nextPageToken);
        expect(BatchGetPostsRequest.decode(encodePostsRequest(postIds)).postIds).toEqual(
          expected.entries.map(({ postId }) => postId),
        );
      }),
    );
  });

  it("is asked for as the generated code asks", () => {
    const viewer = fc.integer({ min: 1, max: 2 ** 31 - 1 });
    const limit = fc.integer({ min: 1, max: 200 });
    fc.assert(
      fc.property(viewer, limit, text, (viewerId, entries, pageToken) => {
        const bytes = encodePageRequest(viewerId, entries, pageToken);
        expect(GetTimelineRequest.decode(bytes)).toEqual({
          viewerId: BigInt(viewerId),
          limit: entries,
          pageToken,
          fromTimeMs: 0n,
          order: TimelineOrder.UNSPECIFIED,
        });
      }),
    );
  });

  it("keeps nothing of the answer's memory", () => {
    const bytes = bytesField(1, varintField(1, 300n));
    const { postIds } = decodePageAnswer(bytes);
    bytes.fill(0xff);
    expect(BatchGetPostsRequest.decode(encodePostsRequest(postIds)).postIds).toEqual([300n]);
  });

  it("that is cut off, or no page at all, is a WireError", () => {
    const bytes = bytesField(1, varintField(1, 300n));
    for (let length = 1; length < bytes.length; length++) {
      expect(() => decodePageAnswer(bytes.subarray(0, length))).toThrow(WireError);
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (any) => {
        try {
          decodePageAnswer(any);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
    );
  });
});
