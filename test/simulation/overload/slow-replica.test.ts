import { experimental } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { CheaperPicker } from "../../../services/platform/grpc/client/balancing/three-choices.ts";
import { randomFrom } from "../../../tools/limits/random.ts";
import { load, type Outcomes } from "./load.ts";
import { SimulatedServer } from "./server.ts";
import { VirtualTime } from "./virtual-time.ts";

const SEED = 16;
const CPU_MS = 1;
const DEADLINE_MS = 1_000;

interface Replicas {
  /** Times what the third one waits for. */
  readonly slowness: number;
  readonly isChoosing: boolean;
  /** Each stands still for about so long, twice a second; ms. */
  readonly pauseMs: number;
}

/** Three replicas of a service with little to do, which mostly waits for something else. */
function threeReplicas({ slowness, isChoosing, pauseMs }: Replicas): Outcomes {
  const time = new VirtualTime();
  const random = randomFrom(SEED);
  const exponential = (meanMs: number) => -meanMs * Math.log(1 - random());
  const shape = { cpuMs: CPU_MS / 4, waitMs: 5 * CPU_MS, refusalMs: 0, isAdmitting: true };
  const servers = [1, 1, slowness].map((times) => {
    const server = new SimulatedServer(time, random, shape);
    server.slowness = times;
    const pause = () => {
      server.stall(exponential(pauseMs));
      time.after(exponential(500), pause);
    };
    if (pauseMs > 0) time.after(exponential(500), pause);
    return server;
  });
  const rotate = roundRobinOf(servers);
  const picker = isChoosing ? new CheaperPicker(rotate, new WeakMap(), () => time.nowMs) : rotate;
  const load600 = { perSecond: 600, untilMs: 40_000, deadlineMs: DEADLINE_MS };
  const outcomes = load(time, random, load600, (ended) => {
    const picked = picker.pick({ metadata: undefined as never, extraPickInfo: {} });
    picked.onCallStarted?.();
    (picked.subchannel as unknown as SimulatedServer).call({
      priority: "page",
      answered: (isOk) => {
        picked.onCallEnded?.(0, "", undefined as never);
        ended(isOk);
      },
    });
  });
  time.runUntil(load600.untilMs);
  return outcomes(10_000, 39_000);
}

/** As grpc-js has it, with servers in place of connections. */
function roundRobinOf(servers: readonly SimulatedServer[]): experimental.Picker {
  let next = 0;
  const pickResultType = experimental.PickResultType.COMPLETE;
  const rest = { pickResultType, status: null, onCallStarted: null, onCallEnded: null };
  return {
    pick: () => ({ ...rest, subchannel: servers[next++ % servers.length] as never }),
  };
}

describe("one slow replica of three", () => {
  const ratio = (isChoosing: boolean, pauseMs: number) => {
    const [equal, oneSlow] = [1, 10].map((slowness) =>
      threeReplicas({ slowness, isChoosing, pauseMs }).quantileMs(0.99),
    );
    return oneSlow / equal;
  };

  it.each([0, 10])("moves the p99 by less than a fifth, with pauses of %i ms", (ms) => {
    expect(ratio(true, ms)).toBeLessThan(1.2);
  });

  it("moves it many times, where each in turn is asked", () => {
    expect(ratio(false, 0)).toBeGreaterThan(3);
  });
});
