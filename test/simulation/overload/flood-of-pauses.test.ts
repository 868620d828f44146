import { expect, it } from "vitest";
import { Throttle } from "../../../services/platform/grpc/client/throttle.ts";
import { randomFrom } from "../../../tools/limits/random.ts";
import { load } from "./load.ts";
import { SimulatedServer } from "./server.ts";
import { VirtualTime } from "./virtual-time.ts";

const SEED = 16;
/** A process that gets a sixth of a core, 2 ms at a time: so are its pauses for garbage six times as long. */
const SHAPE = {
  ...{ cpuMs: 0.07, refusalMs: 0.02, isAdmitting: true },
  slice: { everyMs: 12, stoppedMs: 10 },
};
const CAPACITY = 1_000 / SHAPE.cpuMs / 6;
const COLLECTING_MS = 150;
const PAUSE_MS = 6 * COLLECTING_MS;
const EVERY_MS = 11_000;
/** Eight connections of a hundred streams. */
const MAX_OPEN = 800;
const RUN = { untilMs: 60_000, deadlineMs: 2_000 };

it("gives most of what it can between its pauses under four times its capacity, and is soon back after each", () => {
  const time = new VirtualTime();
  const random = randomFrom(SEED);
  const server = new SimulatedServer(time, random, SHAPE);
  const throttle = new Throttle();
  let open = 0;
  const outcomes = load(time, random, { ...RUN, perSecond: 4 * CAPACITY }, (ended) => {
    if (!throttle.sends("page", time.nowMs, random()) || open >= MAX_OPEN) return ended(false);
    open++;
    server.call({
      priority: "page",
      answered: (isOk) => {
        open--;
        throttle.answered("page", isOk);
        ended(isOk);
      },
    });
  });
  for (let atMs = EVERY_MS; atMs < RUN.untilMs; atMs += EVERY_MS) {
    time.after(atMs, () => server.stall(COLLECTING_MS));
  }
  time.runUntil(RUN.untilMs);
  const goodput = (fromMs: number, toMs: number) =>
    (1_000 * outcomes(fromMs, toMs).good) / (toMs - fromMs) / CAPACITY;
  const pausing = PAUSE_MS / EVERY_MS;
  expect(goodput(EVERY_MS, 5 * EVERY_MS)).toBeGreaterThan(0.9 * (1 - pausing));
  const backMs = 2 * EVERY_MS + PAUSE_MS + 1_000;
  expect(goodput(backMs, backMs + 2_000)).toBeGreaterThan(0.85);
});
