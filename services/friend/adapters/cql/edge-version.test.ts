import { expect, test } from "vitest";
import { makePostId } from "../../../model/ids.ts";
import { edgeVersion } from "./edge-version.ts";

const NOW_MS = Date.UTC(2026, 10, 21);

test("is the id's time in microseconds, and rises with the ids of a process", () => {
  const ids = [0, 1, 2_048, 4_095].map((sequence) => makePostId(NOW_MS, 1_023, sequence));
  const versions = [...ids, makePostId(NOW_MS + 1, 0, 0)].map((id) => edgeVersion(id, [0n, 0n]));
  expect(versions[0]).toBe(BigInt(NOW_MS) * 1_000n);
  expect(versions[2]).toBe(BigInt(NOW_MS) * 1_000n + 500n);
  expect(versions).toEqual(versions.toSorted((a, b) => Number(a - b)));
  expect(versions.at(-1)).toBe(BigInt(NOW_MS + 1) * 1_000n);
});

test("is above what was seen, also from a clock that is ahead", () => {
  const seen = BigInt(NOW_MS + 400) * 1_000n;
  expect(edgeVersion(makePostId(NOW_MS, 1, 0), [seen, 0n])).toBe(seen + 1n);
});
