import { join } from "node:path";
import { expect, it } from "vitest";
import { runDataFile } from "../../../../test/support/data-driven.ts";
import { joinHalves } from "../halves.ts";
import { createEntryWindow } from "../page/entry-window.ts";
import { DROPPED, DUPLICATE, INSERTED, MARKED } from "./insert.ts";
import { Rings } from "./rings.ts";

const VIEWER = 1;
const OUTCOMES: Readonly<Record<number, string>> = {
  [INSERTED]: "inserted",
  [DUPLICATE]: "duplicate",
  [MARKED]: "marked",
  [DROPPED]: "dropped",
};

/** The commands of the data file, on one ring. */
function commandsOn(rings: Rings) {
  const window = createEntryWindow(200);
  const slot = () => rings.find(VIEWER, 0);
  const put = (id: number, deleted: boolean) => {
    const entry = { postLow: id, postHigh: 0, authorLow: 9, authorHigh: 0, deleted };
    return OUTCOMES[rings.insert(slot(), entry)];
  };
  const state = () => {
    const floor = joinHalves(rings.floorHigh(slot()), rings.floorLow(slot()));
    return `floor ${floor}, ${rings.isFilling(slot()) ? "filling" : "complete"}`;
  };
  const commands: Record<string, (...ids: number[]) => string> = {
    activate: () => `${rings.activate(VIEWER, 0) >= 0 ? "" : "no slot"}`,
    insert: (...ids) => ids.map((id) => `${id} ${put(id, false)}`).join(", "),
    delete: (id) => `${id} ${put(id, true)}`,
    run: (from, to) => {
      for (let id = from; id <= to; id++) put(id, false);
      return "";
    },
    complete: (floor) => {
      rings.complete(slot(), floor, 0);
      return "";
    },
    raise: (floor) => {
      rings.raiseFloor(slot(), floor, 0);
      return "";
    },
    lapse: () => {
      rings.lapse(slot());
      rings.endGroup();
      return "";
    },
    count: () => `${rings.countOf(slot())}, ${state()}`,
    read: () => {
      rings.read(slot(), 0, 0, window);
      const ids = Array.from(
        { length: window.count },
        (_, i) => `${window.postLow[i]}${window.deleted[i] === 1 ? "x" : ""}`,
      );
      return `${ids.join(" ")}, ${state()}`;
    },
  };
  return ([name, ...ids]: readonly string[]) => commands[name](...ids.map(Number));
}

it("rings do what testdata/order-and-floors.txt says", async () => {
  const rings = new Rings({ maxRingEntries: 124, maxSlabBytes: 1 << 20 });
  const file = join(import.meta.dirname, "testdata/order-and-floors.txt");
  const { expected, actual } = await runDataFile(file, commandsOn(rings));
  expect(actual).toEqual(expected);
});
