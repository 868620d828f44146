import { describe, expect, it } from "vitest";
import { systemClock } from "../clock/system-clock.ts";
import { createLogger } from "../telemetry/logger.ts";
import type { BusMessage, Outcome } from "./bus.ts";
import { settlementOf } from "./dead-letter.ts";

const QUEUE = "chunks";
const MESSAGE: BusMessage = { payload: Buffer.from("one"), redeliveryCount: 0 };
const DEPS = {
  log: createLogger("test", "silent"),
  clock: systemClock,
  random: Math.random,
  signal: new AbortController().signal,
};

function settled(handle: (message: BusMessage) => Promise<Outcome>) {
  const bus = { publish: async () => {} };
  return settlementOf(bus, { queue: QUEUE, handle }, MESSAGE, DEPS);
}

describe("the settlement of a message", () => {
  it("is a requeue when its handler rejects, or throws before it has given a promise", async () => {
    const rejects = async () => {
      throw new Error("later");
    };
    const throws = () => {
      throw new Error("at once");
    };
    expect(await settled(rejects)).toBe("requeue");
    expect(await settled(throws)).toBe("requeue");
  });

  it("is an ack for what was dropped, once it is among the dead letters", async () => {
    expect(await settled(async () => ({ kind: "drop", reason: "no use" }))).toBe("ack");
  });
});
