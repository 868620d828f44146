import { describe, expect, it } from "vitest";
import { decideClaim } from "./claims.ts";
import { makePostId } from "./ids.ts";
import { REQUEST_ID_LIFE_MS } from "./limits.ts";

const MADE_MS = Date.UTC(2026, 0, 1);
const id = makePostId(MADE_MS, 1, 1);
const [same, other] = [Buffer.from("a"), Buffer.from("b")];
const claim = { id, hash: same };

describe("a request id (rule 4.2)", () => {
  it("that nobody used makes a post", () => {
    expect(decideClaim(undefined, same, MADE_MS)).toEqual({ kind: "create" });
  });

  it("with the same content names the same post, for 24 hours", () => {
    const lastMs = MADE_MS + REQUEST_ID_LIFE_MS - 1;
    expect(decideClaim(claim, same, lastMs)).toEqual({ kind: "repeat", id });
    expect(decideClaim(claim, same, lastMs + 1)).toEqual({ kind: "create" });
  });

  it("with another content is a conflict", () => {
    expect(decideClaim(claim, other, MADE_MS)).toEqual({ kind: "conflict" });
  });
});
