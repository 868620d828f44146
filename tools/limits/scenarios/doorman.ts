import { type Caller, type Event, type LimitScenario, opsLimit, USUAL } from "../scenario.ts";

/**
 * After the seven scenarios of Doorman's simulation (Google, 2016): clients around a capacity of 500, a
 * lost master, levels of servers, spikes, and random mishaps.
 */
const CLIENTS = 5;
const CAPACITY = 500;
const CHANGE_SECONDS = 10;

/** A demand around `mean`, another within a tenth of it every ten seconds. */
function around(mean: number, seconds: number, random: () => number): (second: number) => number {
  const levels = Array.from({ length: Math.ceil(seconds / CHANGE_SECONDS) }, () =>
    Math.round(mean * (0.9 + 0.2 * random())),
  );
  return (second) => levels[Math.floor(second / CHANGE_SECONDS)] ?? mean;
}

function clients(path: string, seconds: number, random: () => number): readonly Caller[] {
  return Array.from({ length: CLIENTS }, (_, i) => {
    const name = `client-${i + 1}`;
    return { name, host: name, path, wants: around(110, seconds, random) };
  });
}

function flat(
  more: Partial<LimitScenario> & { name: string; about: string },
  random: () => number,
) {
  const seconds = more.seconds ?? 120;
  return {
    ...USUAL,
    seconds,
    stepMs: 5,
    limits: [opsLimit("resource", CAPACITY)],
    callers: clients("resource", seconds, random),
    ...more,
  };
}

export function doorman1(random: () => number): LimitScenario {
  const about = "five clients of one resource want a little more than there is";
  return flat({ name: "doorman-1", about }, random);
}

export function doorman2(random: () => number): LimitScenario {
  const about = "the coordinator is lost for 3 s, less than a lease: nobody notices";
  return flat({ name: "doorman-2", about, events: lost(60, 63) }, random);
}

export function doorman3(random: () => number): LimitScenario {
  const about = "the coordinator is lost for 45 s: each goes on with its safe share";
  return flat({ name: "doorman-3", about, events: lost(40, 85) }, random);
}

export function doorman4(random: () => number): LimitScenario {
  const about = "two levels: a region of 500 below a root of 1,000, five clients";
  const limits = [opsLimit("root", 1_000), opsLimit("root/region", CAPACITY)];
  const callers = clients("root/region", 120, random);
  const leased = limits.map((limit, i) => ({ ...limit, leased: i === 1 }));
  return flat({ name: "doorman-4", about, limits: leased, callers }, random);
}

const REGIONS = 3;
const CENTRES = 3;

/** Regions and data centres below a root, five clients in each centre. */
function world(seconds: number, random: () => number) {
  const centres = Array.from({ length: REGIONS * CENTRES }, (_, i) => {
    const region = `region-${Math.floor(i / CENTRES) + 1}`;
    return `root/${region}/centre-${(i % CENTRES) + 1}`;
  });
  const total = CAPACITY * centres.length;
  const limits = [
    opsLimit("root", total),
    opsLimit("root/*", total / REGIONS, { ceiling: total }),
    opsLimit("root/*/*", CAPACITY, { ceiling: total, leased: true }),
  ];
  const callers = centres.flatMap((path, centre) =>
    clients(path, seconds, random).map((client) => {
      const name = `${path.slice("root/region-".length)}/${client.name}`;
      return {
        ...client,
        name,
        host: name,
        wants: around(60 + 20 * (centre % 5), seconds, random),
      };
    }),
  );
  return { limits, callers };
}

export function doorman5(random: () => number): LimitScenario {
  const about =
    "three regions of three centres of five clients, with more to do in some than others";
  return flat({ name: "doorman-5", about, ...world(120, random) }, random);
}

export function doorman6(random: () => number): LimitScenario {
  const about = "as doorman-5, and one client spikes by 1,000 from 50 s to 90 s";
  const { limits, callers } = world(120, random);
  const [first, ...rest] = callers;
  const spiked = {
    ...first,
    wants: (second: number) => first.wants(second) + (second >= 50 && second < 90 ? 1_000 : 0),
  };
  return flat({ name: "doorman-6", about, limits, callers: [spiked, ...rest] }, random);
}

export function doorman7(random: () => number): LimitScenario {
  const seconds = 600;
  const about =
    "as doorman-5 for ten minutes, with a mishap every minute: a spike, or a lost coordinator";
  const { limits, callers } = world(seconds, random);
  const spikes = new Map<Caller, number>();
  const events: Event[] = [];
  for (let second = 60; second < seconds; second += 60) {
    if (random() < 0.4) spikes.set(callers[Math.floor(random() * callers.length)], second);
    else events.push(...lost(second, second + Math.ceil(random() * 50)));
  }
  const spiking = callers.map((caller) => {
    const from = spikes.get(caller) ?? Infinity;
    return {
      ...caller,
      wants: (second: number) => caller.wants(second) + (second >= from ? 100 : 0),
    };
  });
  return flat(
    { name: "doorman-7", about, seconds, stepMs: 10, limits, callers: spiking, events },
    random,
  );
}

function lost(fromSecond: number, untilSecond: number): readonly Event[] {
  return [
    { atSecond: fromSecond, kind: "coordinator-lost" },
    { atSecond: untilSecond, kind: "coordinator-back" },
  ];
}
