import { randomUUID } from "node:crypto";
import { measuredFrom } from "../../measure/measured-json.ts";
import type { PlayOptions } from "../play-options.ts";
import { type GeneratorProcess, startGenerator } from "./generator-process.ts";
import type { Generators, Part } from "./generators.ts";

type Started = Pick<PlayOptions, "scenario" | "generators" | "generator" | "part" | "target"> & {
  readonly onProgress: (sent: number, failed: number) => void;
};

/** Random enough that no two runs on one target share a name. */
const RUN_NAME_CHARACTERS = 18;

/** Starts the generators of a run, or the one whose part is made here. */
export function startGenerators(options: Started): Generators {
  const { onProgress } = options;
  const counts = plansOf(options).map((plan) => ({ plan, sent: 0, failed: 0 }));
  const sumOf = (of: "sent" | "failed") => counts.reduce((sum, one) => sum + one[of], 0);
  return joinGenerators(
    counts.map((own) =>
      startGenerator(own.plan, (sent, failed) => {
        Object.assign(own, { sent, failed });
        onProgress(sumOf("sent"), sumOf("failed"));
      }),
    ),
  );
}

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
