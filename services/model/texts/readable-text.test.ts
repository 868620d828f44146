import { expect, test } from "vitest";
import { unreadableText } from "./readable-text.ts";

test.each([" ", "\n\t ", "\u00a0", "\u200b\u2060", "\ufeff", "\u3000", "\u00ad"])(
  "%j is blank",
  (text) => expect(unreadableText(text)?.problem).toBe("is blank"),
);

test.each([".", " a", "\u200bä", "👍🏽", "❤️", "日本"])("%j can be read", (text) =>
  expect(unreadableText(text)).toBeUndefined(),
);

test("what holds a NUL is cut off somewhere", () => {
  expect(unreadableText("a\u0000b")?.problem).toBe("holds a NUL character");
});
