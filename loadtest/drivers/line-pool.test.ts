import { describe, expect, it } from "vitest";
import { newCall } from "./ceiling.ts";
import type { Line, Refusal } from "./line.ts";
import { LinePool } from "./line-pool.ts";

/** Lines that do as the test says, on a clock that the test moves. Each is an address of its own if asked. */
function scene(lineCount = 1, { addresses = 1 } = {}) {
  const state = {
    micros: 0,
    refusals: new Array<Refusal | undefined>(lineCount).fill(undefined),
    /** After so many more calls every line is full. */
    room: Number.POSITIVE_INFINITY,
  };
  const written: number[] = [];
  const lines = state.refusals.map(
    (_, index): Line => ({
      tryWrite(call) {
        const refusal = state.refusals[index];
        if (refusal) return refusal;
        call.writtenMicros = state.micros;
        written.push(index);
        if (--state.room === 0) state.refusals.fill("slot");
        return () => undefined;
      },
    }),
  );
  const each = lineCount / addresses;
  const byAddress = Array.from({ length: addresses }, (_, i) =>
    lines.slice(i * each, (i + 1) * each),
  );
  const pool = new LinePool(byAddress, { nowMicros: () => state.micros });
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

  it("lets those behind a call that is given up go where they fit", () => {
    const { state, written, pool } = scene();
    const [large, small] = [newCall(new Uint8Array()), newCall(new Uint8Array())];
    state.refusals[0] = "flow";
    pool.send(large, () => undefined);
    pool.send(small, () => undefined);
    state.refusals[0] = undefined;
    state.micros = 30;
    pool.cancel(large);
    expect(written).toEqual([0]);
    expect([large.writtenMicros, small.writtenMicros]).toEqual([-1, 30]);
    expect(small.flowWaitMicros).toBe(30);
  });
});

describe("calls for one address", () => {
  const nobody = () => undefined;
  const callTo = (address?: number) => ({ ...newCall(new Uint8Array()), address });

  it("go over its lines only, in turn", () => {
    const { written, pool } = scene(4, { addresses: 2 });
    for (const address of [1, 1, 1, 0, undefined, undefined]) pool.send(callTo(address), nobody);
    expect(written).toEqual([2, 3, 2, 0, 1, 3]);
    expect(() => pool.send(callTo(2), nobody)).toThrow(
      "Operation 0 has 2 addresses, and a step asks for number 2",
    );
  });

  it("hold nobody up who wants another, and are charged for their own wait", () => {
    const { state, written, pool } = scene(2, { addresses: 2 });
    const [slot, flow, late] = [callTo(0), callTo(1), callTo(1)];
    state.refusals = ["slot", "flow"];
    pool.send(slot, nobody);
    pool.send(flow, nobody);
    state.micros = 100;
    state.refusals[1] = undefined;
    pool.roomMade();
    pool.send(late, nobody);
    state.micros = 250;
    state.refusals[0] = undefined;
    pool.roomMade();
    expect(written).toEqual([1, 1, 0]);
    expect(slot).toMatchObject({ writtenMicros: 250, slotWaitMicros: 250, flowWaitMicros: 0 });
    expect(flow).toMatchObject({ writtenMicros: 100, slotWaitMicros: 0, flowWaitMicros: 100 });
    expect(late).toMatchObject({ writtenMicros: 100, slotWaitMicros: 0, flowWaitMicros: 0 });
  });

  it("take turns with those for any, first come first", () => {
    const { state, pool } = scene(2, { addresses: 2 });
    const calls = [callTo(0), callTo(), callTo(0), callTo()];
    state.refusals = ["slot", "slot"];
    for (const call of calls) pool.send(call, nobody);
    const waiting = () => calls.map(({ writtenMicros }) => writtenMicros < 0);
    // Room for one call at address 0, again and again.
    const seen = [waiting()];
    for (state.micros = 1; state.micros <= 4; state.micros++) {
      state.refusals[0] = undefined;
      state.room = 1;
      pool.roomMade();
      seen.push(waiting());
    }
    expect(seen).toEqual([
      [true, true, true, true],
      [false, true, true, true],
      [false, false, true, true],
      [false, false, false, true],
      [false, false, false, false],
    ]);
  });

  it("are not overtaken at their address by later calls for any", () => {
    const { state, written, pool } = scene(2, { addresses: 2 });
    const first = callTo(0);
    state.refusals[0] = "flow";
    pool.send(first, nobody);
    state.refusals[0] = undefined;
    for (let i = 0; i < 3; i++) pool.send(callTo(), nobody);
    expect(written).toEqual([1, 1, 1]);
    pool.roomMade();
    expect(written).toEqual([1, 1, 1, 0]);
  });
});
