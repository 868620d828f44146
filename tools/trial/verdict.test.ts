import { describe, expect, it } from "vitest";
import { judge } from "./verdict.ts";

const post = (postId: string, author = "1") => ({ postId, author, text: `text ${postId}` });
const shown = (...ids: readonly string[]) =>
  ids.map((postId) => ({ postId, text: `text ${postId}` }));
const CLEAN = { lost: [], repeated: [], disordered: [] };

describe("what everybody sees", () => {
  it("is right when each friend has each post once; the author has none of their own", () => {
    const timelines = new Map([
      ["1", shown("3")],
      ["2", shown("9", "3")],
    ]);
    expect(judge([post("9"), post("3", "3")], timelines)).toEqual({ ...CLEAN, entries: 3 });
  });

  it("lacks what one friend lacks", () => {
    const timelines = new Map([
      ["2", shown("9")],
      ["3", shown()],
    ]);
    expect(judge([post("9")], timelines)).toMatchObject({ ...CLEAN, lost: ["9"] });
  });

  it("has twice what has one text under two ids, or is there twice", () => {
    const retried = { postId: "8", text: "text 9" };
    expect(judge([], new Map([["2", [...shown("9"), retried]]]))).toMatchObject({
      repeated: ["8"],
      disordered: [],
    });
    expect(judge([], new Map([["2", shown("9", "9")]]))).toMatchObject({
      repeated: ["9"],
      disordered: ["2"],
    });
  });
});
