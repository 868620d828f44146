import { describe, expect, it } from "vitest";
import { Holders } from "../../../services/platform/admission/holders.ts";
import { randomFrom } from "../../../tools/limits/random.ts";
import { load, type Outcomes } from "./load.ts";
import { SimulatedServer } from "./server.ts";
import { VirtualTime } from "./virtual-time.ts";

const SEED = 16;
const PER_SECOND = 2_000;
/** Half of what it can do. */
const SHAPE = { cpuMs: 0.25, waitMs: 1, refusalMs: 0.05, isAdmitting: true };
const RUN = { untilMs: 60_000, deadlineMs: 1_000 };
const EVERY_MS = 3_000;

/** A server that is asked for half of what it can do over two connections, and pauses now and then. */
function pausing(stallMs: number): Outcomes {
  const time = new VirtualTime();
  const random = randomFrom(SEED);
  const server = new SimulatedServer(time, random, SHAPE);
  const connections = new Holders(4);
  const outcomes = load(time, random, { ...RUN, perSecond: PER_SECOND }, (answered) => {
    const connection = random() < 0.5 ? "one" : "the other";
    server.call({ priority: "page", holders: [connections.of(connection)], answered });
  });
  for (let atMs = EVERY_MS; atMs < RUN.untilMs; atMs += EVERY_MS) {
    time.after(atMs, () => server.stall(stallMs));
  }
  time.runUntil(RUN.untilMs);
  return outcomes(10_000, RUN.untilMs - RUN.deadlineMs);
}

describe("a server with time to spare that stands still for a moment, as for its collector", () => {
  it.each([30, 60, 100, 150])("of %s ms refuses nobody of those who came meanwhile", (stallMs) => {
    const { good, asked } = pausing(stallMs);
    expect((asked - good) / asked).toBeLessThan(0.0005);
  });
});
