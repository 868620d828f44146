import { describe, expect, it } from "vitest";
import { type BookOperation, bookModel } from "./book-model.ts";
import { linearize, type Timed } from "./linearize.ts";

const sold = { kind: "sold", copies: 1 } as const;
const out = (available: number, copies = 1) => ({ kind: "out", copies, available }) as const;
const read = (available: number) => ({ kind: "read", available }) as const;
const at = (startMs: number, endMs: number, op: BookOperation) => ({ startMs, endMs, op });

/** All orders, one after the other: slow, and plain enough to be believed. */
function isLinearizableByTrying(history: readonly Timed<BookOperation>[], copies: number): boolean {
  const { step } = bookModel(copies);
  const visit = (left: readonly Timed<BookOperation>[], state: number): boolean =>
    left.length === 0 ||
    left.some((one, i) => {
      const isFirst = left.every((other, j) => i === j || other.endMs >= one.startMs);
      const after = isFirst ? step(state, one.op) : undefined;
      return after !== undefined && visit(left.toSpliced(i, 1), after);
    });
  return visit(history, copies);
}

/** Every way to choose `count` of the choices, with repetition. */
function* choices<T>(of: readonly T[], count: number): Iterable<readonly T[]> {
  if (count === 0) yield [];
  else for (const rest of choices(of, count - 1)) for (const one of of) yield [...rest, one];
}

describe("the checker of histories", () => {
  it("agrees with trying every order, on all small histories", () => {
    const operations: BookOperation[] = [
      sold,
      { kind: "sold", copies: 2 },
      out(0),
      out(1, 2),
      { kind: "returned", copies: 1 },
      read(1),
    ];
    const times = [
      [0, 1],
      [0, 3],
      [2, 3],
      [2, 5],
      [4, 5],
    ] as const;
    const calls = operations.flatMap((op) => times.map(([from, to]) => at(from, to, op)));
    let yes = 0;
    let no = 0;
    for (const history of choices(calls, 3)) {
      const expected = isLinearizableByTrying(history, 1);
      const found = linearize(history, bookModel(1)) !== undefined;
      if (expected !== found) expect({ history, found }).toEqual({ history, found: expected });
      if (expected) yes++;
      else no++;
    }
    expect([yes > 1_000, no > 1_000]).toEqual([true, true]);
  });

  it("sees a copy that was sold twice", () => {
    expect(linearize([at(0, 2, sold), at(1, 3, sold)], bookModel(1))).toBeUndefined();
  });

  it("sees a refusal while copies were left", () => {
    expect(linearize([at(0, 1, out(0)), at(2, 3, sold)], bookModel(1))).toBeUndefined();
    expect(linearize([at(0, 3, out(0)), at(2, 3, sold)], bookModel(1))).toEqual([1, 0]);
  });

  it("sees a read of the past", () => {
    expect(linearize([at(0, 1, sold), at(2, 3, read(1))], bookModel(1))).toBeUndefined();
    expect(linearize([at(0, 2, sold), at(1, 3, read(1))], bookModel(1))).toEqual([1, 0]);
  });

  it("is quick on a rush of 2,000 calls at once", () => {
    const rush = Array.from({ length: 2_000 }, (_, i) => at(0, 10, i % 100 === 0 ? sold : out(0)));
    expect(linearize(rush, bookModel(20))).toHaveLength(2_000);
  });
});
