import { randomUUID } from "node:crypto";
import { joinLive } from "../../live/live-sample.ts";
import { measuredFrom } from "../../measure/measured-json.ts";
import type { PlayOptions } from "../play-options.ts";
import { type Counted, type GeneratorProcess, startGenerator } from "./generator-process.ts";
import type { Generators, Part } from "./generators.ts";

type Started = Pick<PlayOptions, "scenario" | "generators" | "generator" | "part" | "target"> & {
  readonly onProgress: (counted: Counted) => void;
};

/** Random enough that no two runs on one target share a name. */
const RUN_NAME_CHARACTERS = 18;

/** Starts the generators of a run, or the one whose part is made here. */
export function startGenerators(options: Started): Generators {
  const { onProgress } = options;
  const plans = plansOf(options);
  const counted = countTogether(plans.length, onProgress);
  return joinGenerators(plans.map((plan, i) => startGenerator(plan, (own) => counted(i, own))));
}

/** Tells what so many generators have counted together, whenever one has counted more. */
export function countTogether(
  generators: number,
  onProgress: (counted: Counted) => void,
): (generator: number, counted: Counted) => void {
  const all = Array.from({ length: generators }, (): Counted => NOTHING);
  return (generator, counted) => {
    all[generator] = counted;
    const sum = (of: "sent" | "failed") => all.reduce((total, one) => total + one[of], 0);
    const operations = joinLive(all.map((one) => one.operations));
    onProgress({ sent: sum("sent"), failed: sum("failed"), operations });
  };
}

const NOTHING: Counted = { sent: 0, failed: 0, operations: [] };

function plansOf({ scenario, generators, generator, part, target }: Started) {
  const { addresses, ownerByShard, tokenEnv } = target;
  const plan = { ...generator, scenario, target: { addresses, ownerByShard, tokenEnv } };
  if (part) return [{ ...plan, run: part.run, generator: part.index, generators: part.of }];
  const run = randomUUID().slice(0, RUN_NAME_CHARACTERS);
  return Array.from({ length: generators }, (_, i) => ({ ...plan, run, generator: i, generators }));
}

/** Generators as one; it stays so when some of them are lost. */
export function joinGenerators(members: readonly GeneratorProcess[]): Generators {
  const lost = Promise.withResolvers<string>();
  for (const { measured } of members) measured.catch(({ message }) => lost.resolve(message));
  const ready = Promise.all(members.map((member) => member.ready)).then(() => {});
  ready.catch(() => {}); // whoever ends it before need not look
  return {
    ready,
    sent: Promise.allSettled(members.map(({ sent }) => sent)).then(() => {}),
    lost: lost.promise,
    parts: partsOf(members),
    start: (startAtMs) => tellAll(members, { kind: "start", startAtMs }),
    owners: (ownerByShard) => tellAll(members, { kind: "owners", ownerByShard }),
    stop: () => tellAll(members, { kind: "stop" }),
    settled: (look) => tellAll(members, { kind: "settled", look }),
    giveUp(why) {
      for (const member of members) member.giveUp(why);
    },
    [Symbol.dispose]() {
      for (const member of members) member[Symbol.dispose]();
    },
  };
}

function tellAll(
  members: readonly GeneratorProcess[],
  message: Parameters<GeneratorProcess["tell"]>[0],
): void {
  for (const member of members) member.tell(message);
}

async function partsOf(members: readonly GeneratorProcess[]): Generators["parts"] {
  const parts: Part[] = [];
  const lost: string[] = [];
  for (const [generator, member] of members.entries()) {
    await member.measured.then(
      (one) => parts.push({ ...one, generator, measured: measuredFrom(one.measured) }),
      ({ message }: Error) => lost.push(message),
    );
  }
  return { parts, lost };
}
