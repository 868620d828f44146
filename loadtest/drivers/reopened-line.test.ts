import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { present } from "../../services/model/invariant.ts";
import { newCall } from "./ceiling.ts";
import { type LineEvents, ReopenedLine } from "./reopened-line.ts";

/** A server that accepts connections while it is up, and a line to it. */
function scene() {
  const state = { up: true, attemptsMs: [] as number[] };
  const opened: LineEvents[] = [];
  const line = new ReopenedLine(
    async (events) => {
      state.attemptsMs.push(performance.now());
      if (!state.up) throw new Error("refused");
      opened.push(events);
      return { isClosed: false, tryWrite: () => () => undefined, close: () => undefined };
    },
    () => undefined,
  );
  const taken = () => {
    const result = line.tryWrite(newCall(new Uint8Array()), () => undefined);
    return typeof result === "string" ? result : "written";
  };
  const lose = (by: "us" | "them") => present(opened.at(-1)).onClosed(by);
  return { state, line, taken, lose };
}

describe("a line that is opened again", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("is tried at once when it had held, and then after waits that double up to a second", async () => {
    const { state, line, taken, lose } = scene();
    await line.open();
    await vi.advanceTimersByTimeAsync(5_000);
    state.up = false;
    state.attemptsMs = [];
    lose("them");
    expect(taken()).toBe("slot");
    await vi.advanceTimersByTimeAsync(4_000);
    const [first, ...others] = state.attemptsMs;
    expect(others.map((atMs) => atMs - first)).toEqual([50, 150, 350, 750, 1_550, 2_550, 3_550]);
    expect(taken()).toBe("closed");
    state.up = true;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(taken()).toBe("written");
    line.close();
  });

  it("is not tried without end at a server that takes connections and closes them", async () => {
    const { state, line, taken, lose } = scene();
    await line.open();
    for (let i = 0; i < 3; i++) {
      lose("them");
      expect(taken()).toBe("closed");
      await vi.advanceTimersByTimeAsync(49);
      expect(state.attemptsMs.length).toBe(i + 1);
      await vi.advanceTimersByTimeAsync(1);
      expect(taken()).toBe("written");
    }
    line.close();
  });

  it("is opened at once when this side gave it up, and calls wait for it", async () => {
    const { line, taken, lose } = scene();
    await line.open();
    lose("us");
    expect(taken()).toBe("slot");
    await vi.advanceTimersByTimeAsync(0);
    expect(taken()).toBe("written");
    line.close();
    lose("us");
    expect([taken(), vi.getTimerCount()]).toEqual(["closed", 0]);
  });
});
