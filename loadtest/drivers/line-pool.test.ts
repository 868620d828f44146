import { describe, expect, it } from "vitest";
import { newCall } from "./ceiling.ts";
import { type Line, LinePool, type Refusal } from "./line-pool.ts";

/** A line that does as the test says, on a clock that the test moves. */
function scene(lineCount = 1) {
  const state = { micros: 0, refusals: new Array<Refusal | undefined>(lineCount).fill(undefined) };
  const written: number[] = [];
  const lines = state.refusals.map(
    (_, index): Line => ({
      tryWrite(call) {
        const refusal = state.refusals[index];
        if (refusal) return refusal;
        call.writtenMicros = state.micros;
        written.push(index);

        return () => undefined;
      },
    }),
  );
  const pool = new LinePool(lines, { nowMicros: () => state.micros });
  return { state, written, pool };
}

describe("the pool of lines", () => {
  it("goes round the lines, past those without room", () => {
    const { state, written, pool } = scene(3);
    for (let i = 0; i < 3; i++) pool.send(newCall(new Uint8Array()), () => undefined);
    state.refusals[1] = "slot";
    for (let i = 0; i < 4; i++) pool.send(newCall(new Uint8Array()), () => undefined);
    expect(written).toEqual([0, 1, 2, 0, 2, 0, 2]);
  });

  it("charges each call with what it waited for, slots and flow control apart", () => {
    const { state, pool } = scene();
    const [first, second] = [newCall(new Uint8Array()), newCall(new Uint8Array())];
    state.refusals[0] = "slot";
    pool.send(first, () => undefined);
    state.micros = 100;
    pool.send(second, () => undefined);
    state.micros = 300;
    state.refusals[0] = "flow";
    pool.roomMade();
    state.micros = 350;
    state.refusals[0] = undefined;
    pool.roomMade();
    expect(first).toMatchObject({ writtenMicros: 350, slotWaitMicros: 300, flowWaitMicros: 50 });
    expect(second).toMatchObject({ writtenMicros: 350, slotWaitMicros: 200, flowWaitMicros: 50 });
    const third = newCall(new Uint8Array());
    state.micros = 900;
    pool.send(third, () => undefined);
    expect(third).toMatchObject({ writtenMicros: 900, slotWaitMicros: 0, flowWaitMicros: 0 });
  });

  it("charges a call that is given up until then", () => {
    const { state, pool } = scene();
    state.refusals[0] = "flow";
    const call = newCall(new Uint8Array());
    pool.send(call, () => undefined);
    state.micros = 70;
    pool.cancel(call);
    expect(call).toMatchObject({ writtenMicros: -1, slotWaitMicros: 0, flowWaitMicros: 70 });
  });

  it("fails at once when all lines are closed, and waits when one may have room", () => {
    const { state, pool } = scene(2);
    const statuses: number[] = [];
    state.refusals = ["closed", "slot"];
    pool.send(newCall(new Uint8Array()), (status) => statuses.push(status));
    expect(statuses).toEqual([]);
    state.refusals = ["closed", "closed"];
    pool.roomMade();
    pool.send(newCall(new Uint8Array()), (status) => statuses.push(status));
    expect(statuses).toEqual([14, 14]);
  });
});
