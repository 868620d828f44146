import { inSteps, type LimitScenario, opsLimit, USUAL } from "../scenario.ts";

/** One host, three VMs: what one does not use the others have, and it is back at once. */
export function noisyNeighbour(): LimitScenario {
  const vm = (name: string, wants: (second: number) => number) => ({
    name,
    host: "host",
    path: `host/${name}`,
    wants,
  });
  return {
    ...USUAL,
    name: "noisy-neighbour",
    about: "noisy asks for five times the host; steady and late always get what is assured them",
    limits: [
      opsLimit("host", 1_000, { burst: 200 }),
      opsLimit("host/noisy", 300, { ceiling: 1_000, burst: 30 }),
      opsLimit("host/steady", 300, { ceiling: 1_000, burst: 30 }),
      opsLimit("host/late", 400, { ceiling: 1_000, burst: 40 }),
    ],
    callers: [
      vm("noisy", inSteps([0, 5_000])),
      vm("steady", inSteps([0, 200], [20, 300])),
      vm("late", inSteps([0, 0], [30, 400])),
    ],
  };
}

const HOSTS = ["host-1", "host-2", "host-3"];

function fleet(assured: number) {
  return [
    opsLimit("fleet", assured * HOSTS.length, { burst: assured }),
    opsLimit("fleet/*", assured, {
      ceiling: assured * HOSTS.length,
      burst: assured / 5,
      leased: true,
    }),
  ];
}

function hostCaller(host: string, wants: (second: number) => number) {
  return { name: host, host, path: `fleet/${host}`, wants };
}

/** Everybody comes to one host: it borrows what the others leave, until they want it. */
export function flashCrowd(): LimitScenario {
  return {
    ...USUAL,
    name: "flash-crowd",
    about:
      "host-1 borrows across hosts, and is called to give back as soon as host-2 wants its own",
    limits: fleet(1_000),
    callers: [
      hostCaller("host-1", inSteps([0, 300], [10, 5_000], [45, 300])),
      hostCaller("host-2", inSteps([0, 400], [30, 1_000])),
      hostCaller("host-3", inSteps([0, 200])),
    ],
  };
}

/** The coordinator is away for half a minute. */
export function coordinatorLoss(): LimitScenario {
  return {
    ...USUAL,
    name: "coordinator-loss",
    about: "leases last 5 s, then each falls to its safe share of 1,000; no burst when it is back",
    limits: fleet(1_000),
    callers: [
      hostCaller("host-1", inSteps([0, 2_500])),
      hostCaller("host-2", inSteps([0, 500], [30, 1_500])),
      hostCaller("host-3", inSteps([0, 300])),
    ],
    events: [
      { atSecond: 15, kind: "coordinator-lost" },
      { atSecond: 45, kind: "coordinator-back" },
    ],
  };
}

/** Clocks step an hour back and forth. */
export function clockSteps(): LimitScenario {
  return {
    ...USUAL,
    name: "clock-steps",
    about: "whatever the clocks do, nobody gets anything extra",
    limits: fleet(1_000),
    callers: HOSTS.map((host) => hostCaller(host, inSteps([0, 2_000]))),
    events: [
      { atSecond: 10, kind: "wall-clock-steps", host: "host-1", bySeconds: 3_600 },
      { atSecond: 20, kind: "wall-clock-steps", host: "host-1", bySeconds: -7_200 },
      { atSecond: 30, kind: "monotonic-clock-jumps", host: "host-2", bySeconds: 3_600 },
      { atSecond: 40, kind: "wall-clock-steps", host: "host-3", bySeconds: -30 },
    ],
  };
}

/** Limits are changed while they are in use. */
export function liveChange(): LimitScenario {
  return {
    ...USUAL,
    name: "live-change",
    about: "the fleet is cut to a half at 20 s and restored at 40 s: in force within one lease",
    limits: fleet(1_000),
    callers: HOSTS.map((host, i) => hostCaller(host, inSteps([0, 600 * (i + 1)]))),
    events: [
      { atSecond: 20, kind: "limits-change", limits: fleet(500) },
      { atSecond: 40, kind: "limits-change", limits: fleet(1_000) },
    ],
  };
}
