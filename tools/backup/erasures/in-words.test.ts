import { expect, it } from "vitest";
import { erasuresInWords } from "./in-words.ts";
import { NOTHING_REDONE } from "./redo.ts";

const at = (day: number) => Date.UTC(2026, 10, day);
const when = { erasuresMs: at(20), nowMs: at(29) };

it("says who is deleted, when, and how to stop it", () => {
  expect(erasuresInWords(NOTHING_REDONE, when)).toEqual([]);
  const [later] = erasuresInWords({ ...NOTHING_REDONE, waiting: 3, firstDueMs: at(30) }, when);
  expect(later).toMatch(/^3 people are hidden .*the first from 2026-11-30T00:00:00.000Z on/);
  expect(later).toMatch(/\(RestoreUser\) after 2026-11-20T00:00:00.000Z .*TIDINGS_ERASURE_JOBS=0/);
  const [, now] = erasuresInWords({ again: 1, waiting: 1, firstDueMs: at(29) }, when);
  expect(now).toMatch(/^1 person is hidden .*as soon as the erasure service starts/);
});

it("says what is erased again", () => {
  const [said] = erasuresInWords({ ...NOTHING_REDONE, again: 2 }, when);
  expect(said).toMatch(/^2 erasures since then are done again when the mesh starts, with --with/);
});
