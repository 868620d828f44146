import { describe, expect, it } from "vitest";
import { readVariant } from "./compared-build.ts";

describe("what is compared", () => {
  it("is a checkout, or variables of this one, whose values may have commas", () => {
    expect(readVariant(".")).toEqual({ root: process.cwd(), env: {} });
    expect(readVariant("TIDINGS_A=1,2,TIDINGS_B=x=y")).toEqual({
      root: undefined,
      env: { TIDINGS_A: "1,2", TIDINGS_B: "x=y" },
    });
  });

  it("is nothing else", () => {
    expect(() => readVariant("/nowhere")).toThrow(/no checkout of Tidings, and no variables/);
  });
});
