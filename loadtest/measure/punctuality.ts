import type { Measured } from "./measured.ts";

/** Of a run, with a thread of the generator that wanted a CPU and had none. */
const MUCH_WAITING = 0.02;
/** Of a run, for which the generator's busiest thread ran or waited. */
const LITTLE_TO_SPARE = 0.5;

type Machine = Measured["machines"][number];

/** What keeps a generator from being punctual, as it shows in what was measured, and what to do about it. */
const REMEDIES: readonly {
  readonly applies: (machine: Machine, measured: Measured) => boolean;
  readonly what: (machine: Machine) => string;
}[] = [
  {
    applies: (_, { driver }) => driver.name === "grpc-js",
    what: () => "use --driver raw, which takes a tenth of the CPU for a call",
  },
  {
    applies: ({ waitedShare = 0 }) => waitedShare > MUCH_WAITING,
    what: ({ host, waitedShare = 0 }) =>
      `give it a core of its own (its busiest thread waited ${percent(waitedShare)} of the time for a CPU of ${host}): move the target or whatever else is busy there to other cores or to another machine`,
  },
  {
    applies: ({ waitedShare = 0, niceness = 0 }) => waitedShare > MUCH_WAITING && niceness >= 0,
    what: () => "run it as root or with CAP_SYS_NICE, so that it gets a CPU before the others",
  },
  {
    applies: ({ wantedShare = 0 }) => wantedShare > LITTLE_TO_SPARE,
    what: ({ wantedShare = 0 }) =>
      `use more --generators, or a lower rate (it was busy ${percent(wantedShare)} of the time)`,
  },
];
const OTHERWISE =
  "ask for a bound that is further from what was measured, or run it on a quieter or faster machine";
/** Nothing shows: it is what waking up takes. */
const NOTHING_SHOWS =
  "it was neither busy nor kept from a CPU, so this is what waking up takes here";

/** What to do so that a generator is late no more, in a sentence. */
export function howToBePunctual(measured: Measured): string {
  const found = new Set(
    measured.machines.flatMap((machine) =>
      REMEDIES.filter(({ applies }) => applies(machine, measured)).map(({ what }) => what(machine)),
    ),
  );
  const isSeen = measured.machines.some(({ waitedShare }) => waitedShare !== undefined);
  const otherwise = isSeen ? `${NOTHING_SHOWS}: ${OTHERWISE}` : OTHERWISE;
  const what = found.size === 0 ? otherwise : [...found].join("; ");
  return `To make the generator punctual: ${what}.`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(0)}%`;
}
