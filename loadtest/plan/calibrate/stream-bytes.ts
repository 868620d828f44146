import type { Sample, Tier } from "../unit-costs.ts";

/** Memory of one open live stream, by whom it is open in. */
export type StreamBytes = Readonly<Partial<Record<Tier, number>>>;

/** The gateway's answer to the app, and the owner's to the gateway. */
const HOLDERS = ["gateway", "timeline"] as const;
const MIB = 2 ** 20;

/** From two runs of the same load on the same world, of which one held streams open. */
export function streamBytes(holding: Sample, without: Sample): StreamBytes {
  const { streams } = holding.work;
  if (streams === 0) return {};
  const each = HOLDERS.flatMap((tier) => {
    const [more, less] = [holding.residentMiB?.[tier], without.residentMiB?.[tier]];
    if (more === undefined || less === undefined) return [];
    return [[tier, (Math.max(0, more - less) * MIB) / streams] as const];
  });
  return Object.fromEntries(each);
}
