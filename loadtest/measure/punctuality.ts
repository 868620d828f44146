import type { Measured } from "./measured.ts";

/** Of all that a generator was late: so much of it waiting for a CPU says where it comes from. */
const MUCH_WAITING = 0.25;
/** Of a run, for which the generator's busiest thread ran or waited. */
const LITTLE_TO_SPARE = 0.5;

interface Late {
  readonly machine: Measured["machines"][number];
  readonly driver: Measured["driver"];
  /** All calls' lateness of one generator together, s. */
  readonly lateSeconds: number;
}

/** What keeps a generator from being punctual, as it shows in what was measured, and what to do about it. */
const REMEDIES: readonly {
  readonly applies: (late: Late) => boolean;
  readonly what: (late: Late) => string;
}[] = [
  {
    applies: ({ driver }) => driver.name === "grpc-js",
    what: () => "use --driver raw, which takes a tenth of the CPU for a call",
  },
  {
    applies: waitsMuch,
    what: (late) =>
      `give it a core of its own (its calls were late by ${late.lateSeconds.toFixed(2)} s in all, and a thread of it waited ${waitedSeconds(late).toFixed(2)} s for a CPU of ${late.machine.host}): move the target or whatever else is busy there to other cores or to another machine`,
  },
  {
    applies: (late) => waitsMuch(late) && (late.machine.niceness ?? 0) >= 0,
    what: () => "run it as root or with CAP_SYS_NICE, so that it gets a CPU before the others",
  },
  {
    applies: ({ machine: { wantedShare = 0 } }) => wantedShare > LITTLE_TO_SPARE,
    what: ({ machine: { wantedShare = 0 } }) =>
      `use more --generators, or a lower rate (it was busy ${(100 * wantedShare).toFixed(0)}% of the time)`,
  },
];

function waitedSeconds({ machine: { waitedShare = 0, seconds } }: Late): number {
  return waitedShare * seconds;
}

/** Of its machine's time: it ran, or waited to. */
function busyShare({ machine: { waitedShare = 0, wantedShare = 0 } }: Late): number {
  return Math.max(waitedShare, wantedShare);
}

function waitsMuch(late: Late): boolean {
  return waitedSeconds(late) > MUCH_WAITING * late.lateSeconds;
}

const OTHERWISE =
  "ask for a bound that is further from what was measured, or run it on a quieter or faster machine";
/** Nothing shows: it is what waking up takes. */
const NOTHING_SHOWS =
  "it was neither busy nor kept from a CPU for long, so this is what waking up takes here";

/** What to do so that a generator is late no more, in a sentence. */
export function howToBePunctual({ machines, driver, operations }: Measured): string {
  const micros = operations.reduce((sum, { lateness: { mean, totalCount } }) => {
    return totalCount === 0 ? sum : sum + mean * totalCount;
  }, 0);
  const lateSeconds = micros / 1e6 / machines.length;
  const all = machines.map((machine) => ({ machine, driver, lateSeconds }));
  const found = new Set(
    REMEDIES.flatMap(({ applies, what }) => {
      const those = all.filter(applies);
      if (those.length === 0) return [];
      const worst = those.reduce((a, b) => (busyShare(b) > busyShare(a) ? b : a));
      const others = those.length === 1 ? "" : ` (the worst of ${those.length} generators)`;
      return [`${what(worst)}${new Set(those.map(what)).size === 1 ? "" : others}`];
    }),
  );
  const isSeen = machines.some(({ waitedShare }) => waitedShare !== undefined);
  const otherwise = isSeen ? `${NOTHING_SHOWS}: ${OTHERWISE}` : OTHERWISE;
  const what = found.size === 0 ? otherwise : [...found].join("; ");
  return `To make the generator punctual: ${what}.`;
}
