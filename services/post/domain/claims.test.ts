import { describe, expect, it } from "vitest";
import { makePostId } from "../../model/ids.ts";
import { REQUEST_ID_LIFE_MS } from "../../model/limits.ts";
import { decideClaim, textHashOf } from "./claims.ts";

const MADE_MS = Date.UTC(2026, 0, 1);
const postId = makePostId(MADE_MS, 1, 1);
const [same, other] = [textHashOf(Buffer.from("a")), textHashOf(Buffer.from("b"))];
const claim = { postId, textHash: same };

describe("a request id (rule 4.2)", () => {
  it("that nobody used makes a post", () => {
    expect(decideClaim(undefined, same, MADE_MS)).toEqual({ kind: "create" });
  });

  it("with the same text names the same post, for 24 hours", () => {
    const lastMs = MADE_MS + REQUEST_ID_LIFE_MS - 1;
    expect(decideClaim(claim, same, lastMs)).toEqual({ kind: "repeat", postId });
    expect(decideClaim(claim, same, lastMs + 1)).toEqual({ kind: "create" });
  });

  it("with another text is a conflict", () => {
    expect(decideClaim(claim, other, MADE_MS)).toEqual({ kind: "conflict" });
  });
});
