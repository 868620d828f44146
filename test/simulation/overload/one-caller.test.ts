import { describe, expect, it } from "vitest";
import { Holders } from "../../../services/platform/admission/holders.ts";
import { randomFrom } from "../../../tools/limits/random.ts";
import { load, type Outcomes } from "./load.ts";
import { SimulatedServer } from "./server.ts";
import { VirtualTime } from "./virtual-time.ts";

const SEED = 16;
/** As the gateway's. */
const SHARES = { user: 0.25, address: 4 };
/** Others are so few that the flood is often alone, and fills what it may fill then. */
const OTHERS_PER_SECOND = 20;
const FLOOD = { fromMs: 10_000, untilMs: 40_000, deadlineMs: 5_000 };

/** A process with a sixth of a core, as `npm run load -- run one-address` makes one. */
const SLOW = { cpuMs: 2.4, waitMs: 40, refusalMs: 0.2, isAdmitting: true };

interface Played {
  readonly flood: Outcomes;
  readonly others: Outcomes;
}

/** One address asks, in the names of many, for `times` what the server can do, while others come now and then, each from its own. */
function played(times: number): Played {
  const time = new VirtualTime();
  const random = randomFrom(SEED);
  const server = new SimulatedServer(time, random, SLOW);
  const users = new Holders(SHARES.user);
  const addresses = new Holders(SHARES.address);
  const asking = (addressOf: (user: string) => string) => (answered: (isOk: boolean) => void) => {
    const user = `user ${Math.floor(random() * 5_000)}`;
    const holders = [users.of(user), addresses.of(addressOf(user))];
    server.call({ priority: "page", holders, answered });
    for (const all of [users, addresses]) all.forgetIdle(time.nowMs);
  };
  const flood = load(
    time,
    random,
    { ...FLOOD, perSecond: (times * 1_000) / SLOW.cpuMs },
    asking(() => "the flood"),
  );
  const others = load(
    time,
    random,
    { ...FLOOD, fromMs: 0, deadlineMs: 2_000, perSecond: OTHERS_PER_SECOND },
    asking((user) => `the address of ${user}`),
  );
  time.runUntil(FLOOD.untilMs);
  const [from, to] = [FLOOD.fromMs, FLOOD.untilMs - FLOOD.deadlineMs];
  return { flood: flood(from, to), others: others(from, to) };
}

describe("an address that asks for more than a process can do", () => {
  it.each([0.9, 1, 1.5, 2, 3])("%s times: all others get their answers", (times) => {
    const { others } = played(times);
    expect(others.good / others.asked).toBeGreaterThan(0.99);
  });

  it("gets what the others leave", () => {
    const { flood } = played(2);
    expect(flood.good / flood.asked).toBeGreaterThan(0.3);
    expect(flood.good / flood.asked).toBeLessThan(0.6);
  });
});
