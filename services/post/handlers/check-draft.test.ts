import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CreatePostRequest } from "#gen/post/v1/post.ts";
import type { DomainError } from "../../platform/grpc/errors/errors.ts";
import { checkDraft } from "./check-draft.ts";
import { decodeCreatePost } from "./create-post-request.ts";

const VALID = CreatePostRequest.create({ authorId: 1n, text: "x" });
const NOWHERE = { name: "", latitude: 0, longitude: 0 };

const check = (bytes: Uint8Array) => checkDraft(decodeCreatePost(bytes));
const encode = (fields: Partial<CreatePostRequest>) =>
  CreatePostRequest.encode({ ...VALID, ...fields }).finish();
/** The field that is refused, and why. */
const refusal = (bytes: Uint8Array) => {
  try {
    check(bytes);
  } catch (error) {
    return (error as DomainError).violations[0];
  }
  return undefined;
};
const field = (tag: number, ...bytes: number[]) => Uint8Array.from([tag, bytes.length, ...bytes]);

describe("the request of CreatePost", () => {
  it("is read as the generated decoder reads it", () => {
    const request = fc.record({
      authorId: fc.bigInt({ min: 1n, max: (1n << 63n) - 1n }),
      text: fc
        .string({ unit: "grapheme", minLength: 1, maxLength: 80 })
        .filter((text) => text.trim() !== "" && !text.includes("\0")),
      requestId: fc.string({ maxLength: 64 }),
      client: fc.string({ maxLength: 64 }),
      device: fc.string({ maxLength: 64 }),
      place: fc.option(
        fc.record({
          name: fc.string({ maxLength: 128 }),
          latitude: fc.double({ min: -90, max: 90, noNaN: true }),
          longitude: fc.double({ min: -180, max: 180, noNaN: true }),
        }),
        { nil: undefined },
      ),
    });
    fc.assert(
      fc.property(request, (sent) => {
        const bytes = CreatePostRequest.encode(sent).finish();
        const { text, client, device, place, ...rest } = check(bytes);
        const textOf = (utf8: Uint8Array) => Buffer.from(utf8).toString();
        expect({
          ...rest,
          text: textOf(text),
          client: textOf(client),
          device: textOf(device),
          place: place && { ...place, name: textOf(place.name) },
        }).toEqual(CreatePostRequest.decode(bytes));
      }),
    );
  });

  it.each<[string, Partial<CreatePostRequest>, string]>([
    ["no author", { authorId: 0n }, "author_id"],
    ["a negative author", { authorId: -1n }, "author_id"],
    ["no text", { text: "" }, "text"],
    ["a blank text", { text: " \t\r\n" }, "text"],
    ["a text of wide spaces", { text: "\u2003\u3000" }, "text"],
    ["a text with NUL", { text: "a\0b" }, "text"],
    ["a text that a terminal obeys", { text: "a\u001b[2J" }, "text"],
    ["a request id of two lines", { requestId: "a\nb" }, "request_id"],
    ["a client with NUL", { client: "a\0" }, "client"],
    ["a device with a C1 control character", { device: "a\u009b" }, "device"],
    ["a place of two lines", { place: { ...NOWHERE, name: "a\rb" } }, "place.name"],
    ["a text that is drawn as nothing", { text: "\u200b\u00a0" }, "text"],
    ["1,025 bytes of text", { text: "x".repeat(1_025) }, "text"],
    ["342 characters of 3 bytes", { text: "水".repeat(342) }, "text"],
    ["a long request id", { requestId: "x".repeat(65) }, "request_id"],
    ["a long client", { client: "x".repeat(65) }, "client"],
    ["a long device", { device: "x".repeat(65) }, "device"],
    ["a long place name", { place: { ...NOWHERE, name: "x".repeat(129) } }, "place.name"],
    ["a latitude beyond the pole", { place: { ...NOWHERE, latitude: 90.1 } }, "place.latitude"],
    [
      "a longitude that is no number",
      { place: { ...NOWHERE, longitude: Number.NaN } },
      "place.longitude",
    ],
  ])("with %s is refused, naming the field", (_, fields, name) => {
    expect(refusal(encode(fields))?.field).toBe(name);
  });

  it("takes lines and tabs in a text, and any letters in a label", () => {
    expect(
      refusal(encode({ text: "a\n\tb\r\n", client: "£ app", device: "Gerät" })),
    ).toBeUndefined();
  });

  it("takes 1,024 bytes, and a character that is U+FFFD by itself", () => {
    expect(check(encode({ text: "x".repeat(1_024) })).text).toHaveLength(1_024);
    expect(Buffer.from(check(encode({ text: "\uFFFD" })).text).toString()).toBe("\uFFFD");
  });

  it.each([
    ["text", field(0x12, 0xff)],
    ["text", field(0x12, 0xed, 0xa0, 0x80)],
    ["text", field(0x12, 0x61, 0xc3)],
    ["request_id", field(0x1a, 0xc0, 0x80)],
    ["client", field(0x22, 0xf8)],
  ])("with ill-formed UTF-8 in %s is refused, not altered", (name, extra) => {
    const bytes = Buffer.concat([encode({}), extra]);
    const description = expect.stringContaining("UTF-8");
    expect(refusal(bytes)).toEqual({ field: name, description });
  });

  it("that is cut off or no message at all is refused", () => {
    const bytes = encode({ place: { ...NOWHERE, name: "Bern" } });
    expect(() => check(bytes.subarray(0, bytes.length - 1))).toThrow("request");
    expect(() => check(Uint8Array.from([0x07]))).toThrow("request");
  });
});
