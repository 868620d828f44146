import { expect, test } from "vitest";
import {
  mayHoldControls,
  unreadableLabel,
  unreadableName,
  unreadableText,
} from "./readable-text.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

test.each([
  ...[" ", "\n\t ", "\u00a0", "\u200b\u2060", "\ufeff", "\u3000", "\u00ad"],
  ...["\u2800", "\u3164", "\u{1d159} "],
])("%j is blank", (text) => expect(unreadableText(text)?.problem).toBe("is blank"));

test.each([".", " a", "\u200bä", "\u2801\u2800", "👍🏽", "❤️", "日本", "£5 ¿"])(
  "%j can be read",
  (text) => {
    for (const unreadable of [unreadableText, unreadableName, unreadableLabel]) {
      expect(unreadable(text)).toBeUndefined();
    }
  },
);

test.each(["\0", "\b", "\u001b", "\u007f", "\u0085", "\u009b"])(
  "a%jb is cut off or obeyed somewhere",
  (control) => {
    const text = `a${control}b`;
    const hex = control.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    for (const unreadable of [unreadableText, unreadableName, unreadableLabel]) {
      expect(unreadable(text)?.problem).toBe(`holds the control character U+${hex}`);
    }
    expect(mayHoldControls(utf8(text))).toBe(true);
  },
);

test("a text may have several lines, a name and a label one", () => {
  expect(unreadableText("a\n\tb\r\n")).toBeUndefined();
  for (const end of ["\t", "\n", "\r"]) {
    expect(unreadableName(`a${end}`)?.problem).toContain("control character");
    expect(unreadableLabel(`a${end}`)?.problem).toContain("control character");
  }
});

test("a name must be there, a label may be empty", () => {
  expect(unreadableName(" ")?.problem).toBe("is blank");
  expect(unreadableLabel("")).toBeUndefined();
  expect(mayHoldControls(utf8("abc äöü 日本 👍🏽"))).toBe(false);
});
