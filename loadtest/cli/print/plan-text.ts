import type { Demand } from "../../demand/demand.ts";
import { DESIGN_TEXT_BYTES } from "../../plan/size/defaults.ts";
import { machineShare } from "../../plan/size/size.ts";
import type { Policy, Sizing } from "../../plan/size/sizing.ts";
import { textTable } from "./text-table.ts";

export interface PlanAnswer {
  readonly demand: Demand;
  /** With the longest texts, and with those that people write. */
  readonly atDesign: Sizing;
  readonly atMean: Sizing;
  readonly policy: Policy;
  readonly doubts: readonly string[];
}

/** The answer of `load plan`, for people. */
export function planText(answer: PlanAnswer): string {
  const { demand, atDesign, atMean, policy } = answer;
  const { perSecond, owners, tiers, storage, network } = atDesign;
  const meanBytes = Math.round(demand.meanTextBytes);
  const at = [`texts of ${DESIGN_TEXT_BYTES} bytes`, `of ${meanBytes}`] as const;
  return [
    `At the peak, a second: ${whole(perSecond.posts)} posts, ${whole(perSecond.stored)} deliveries stored and ${whole(perSecond.dropped)} dropped, ${whole(perSecond.pages)} pages, all over REST; ${whole(perSecond.streams)} live streams open, ${whole(perSecond.events)} entries shown on them.`,
    `${owners === 1 ? "One timeline owner" : `${whole(owners)} timeline owners`}; ${(perSecond.pieces / perSecond.posts).toFixed(1)} of them have viewers of a post.`,
    "",
    textTable([
      ["tier", "CPU used", "cores", "memory", "disk", "of machines", `with ${at[1]}`],
      ...tiers.map((tier, i) => [
        tier.tier,
        tier.cpu.toFixed(1),
        whole(tier.cores),
        `${whole(tier.memoryGiB)} GiB`,
        tier.diskBytes === 0 ? "" : size(tier.diskBytes),
        machineShare(tier, policy).toFixed(1),
        machineShare(atMean.tiers[i], policy).toFixed(1),
      ]),
    ]),
    machinesSentence(answer, meanBytes),
    "",
    textTable([
      ["storage", `once, ${at[0]}`, "with copies", `once, ${at[1]}`, "with copies"],
      ...storage.map(({ what, bytes, withReplicas }, i) => [
        what,
        size(bytes),
        size(withReplicas),
        size(atMean.storage[i].bytes),
        size(atMean.storage[i].withReplicas),
      ]),
    ]),
    "",
    textTable([
      ["network at the peak, Gbit/s", at[0], at[1]],
      ...network.map(({ what, bitsPerSecond }, i) => [
        what,
        gigabits(bitsPerSecond),
        gigabits(atMean.network[i].bitsPerSecond),
      ]),
    ]),
  ].join("\n");
}

/** How many, of what, and all that keeps it from being believed as it is. */
function machinesSentence(
  { atDesign, atMean, policy, doubts }: PlanAnswer,
  meanBytes: number,
): string {
  const { machine, maxUtilisation, maxDiskUse, zones, replicas } = policy;
  const hasDatabase = atDesign.tiers.some(({ tier }) => tier === "cql");
  const parts = [
    `${whole(atDesign.machines)} machines of ${machine.cores} cores, ${machine.memoryGiB} GiB and ${machine.diskTiB} TiB with texts of ${DESIGN_TEXT_BYTES} bytes, ${whole(atMean.machines)} with the ${meanBytes} that people write on average: ${100 * maxUtilisation}% of the CPU used at the peak, one of ${zones} zones lost with all of its machines`,
    ...(hasDatabase
      ? [`disks ${100 * maxDiskUse}% full, database and broker work done ${replicas} times`]
      : [
          "database and broker, and with them the years of posts below, are not in it: --engine cql",
        ]),
    ...doubts,
  ];
  return `${parts.join("; ")}.`;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function gigabits(bitsPerSecond: number): string {
  return (bitsPerSecond / 1e9).toFixed(2);
}

function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(bytes) / 3)));
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power]}`;
}
