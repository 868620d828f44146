import { count } from "../words.ts";
import type { Redone } from "./redo.ts";

export interface When {
  /** When the newest backup was taken that has erasures, and now; ms since the Unix epoch. */
  readonly erasuresMs: number;
  readonly nowMs: number;
}

/** What whoever restores has to know of people who were hidden or erased. */
export function erasuresInWords(
  { again, waiting, firstDueMs }: Redone,
  { erasuresMs, nowMs }: When,
): readonly string[] {
  const said: string[] = [];
  if (again > 0) {
    const are = again === 1 ? "is" : "are";
    said.push(
      `${count(again, "erasure")} since then ${are} done again when the mesh starts, with --with erasure. ` +
        "Until then nobody sees whom it is about, with or without it: but what is left of them is there.",
    );
  }
  if (waiting > 0) {
    const people =
      waiting === 1 ? "1 person is hidden and is" : `${waiting} people are hidden and are`;
    const due =
      firstDueMs > nowMs
        ? `the first from ${new Date(firstDueMs).toISOString()} on`
        : "the first as soon as the erasure service starts";
    said.push(
      `${people} deleted when the window ends, ${due}. Who was brought back (RestoreUser) after ` +
        `${new Date(erasuresMs).toISOString()} is among them, for that is not in any backup. With TIDINGS_ERASURE_JOBS=0 ` +
        "the erasure service deletes nobody: start it so, call RestoreUser again for those, and then start it without.",
    );
  }
  return said;
}
