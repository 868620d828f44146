import { describe, expect, it } from "vitest";
import { NOTHING, UNLIMITED } from "../amounts.ts";
import { type Limit, LimitBook } from "./limit-book.ts";

const limits = {
  rate: NOTHING,
  ceiling: UNLIMITED,
  burst: NOTHING,
  boot: NOTHING,
  safe: NOTHING,
  weight: 1,
  priority: 0,
};
const limit = (path: string, leased = false): Limit => ({ path, limits, leased, shadow: false });
const book = new LimitBook(1n, [
  limit("edge"),
  limit("edge/*"),
  limit("edge/api=*", true),
  limit("edge/api=v2"),
  limit("edge/api=*/user=*"),
  limit("edge/*/*/*"),
]);
const found = (path: string) => book.limitOf(path)?.path;

describe("a book of limits", () => {
  it("finds a node's own limit, then its key's, then anything's", () => {
    expect(found("edge/api=v2")).toBe("edge/api=v2");
    expect(found("edge/api=v1")).toBe("edge/api=*");
    expect(found("edge/other")).toBe("edge/*");
    expect(found("edge/api=v2/user=7")).toBe("edge/api=*/user=*");
    expect(found("elsewhere")).toBeUndefined();
  });

  it("knows the line of a path, with gaps, and where leases are handed out", () => {
    expect(book.line("edge/other/x/y")).toEqual(["edge", "edge/other", "edge/other/x/y"]);
    expect(book.leasePoint("edge/other/x/y")).toBe("edge");
    expect(book.leasePoint("edge/api=v1/user=7")).toBe("edge/api=v1");
    expect(book.leasePoint("elsewhere")).toBeUndefined();
  });
});
