import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { present } from "../../../model/invariant.ts";

setFlagsFromString("--expose-gc");
const collect: (options: { type: "minor" }) => void = runInNewContext("gc");

/** What is taken for old while something goes on. A major collection may come in between, and does no harm. */
export class OldSpaceWatch {
  #least = Infinity;
  #grownBytes = 0;

  /** A minor collection; what has survived two of them is in old space. */
  collectYoung(): void {
    collect({ type: "minor" });
    const spaces = getHeapSpaceStatistics();
    const bytes = present(spaces.find((one) => one.space_name === "old_space")).space_used_size;
    this.#least = Math.min(this.#least, bytes);
    this.#grownBytes = Math.max(this.#grownBytes, bytes - this.#least);
  }

  /** How much more was in old space at any time than at one before. */
  get grownBytes(): number {
    return this.#grownBytes;
  }
}
