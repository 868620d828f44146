import type { Demand } from "../../demand/demand.ts";
import { DESIGN_TEXT_BYTES } from "../../plan/size/defaults.ts";
import { machineShare, scarcest } from "../../plan/size/size.ts";
import type { Policy, Sizing, TierSize } from "../../plan/size/sizing.ts";
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
  const { tiers, storage, network } = atDesign;
  const meanBytes = Math.round(demand.meanTextBytes);
  const at = [`texts of ${DESIGN_TEXT_BYTES} bytes`, `of ${meanBytes}`] as const;
  return [
    ...askedText(atDesign),
    "",
    textTable([
      ["tier", "CPU used", "cores", "memory", "disk", "of machines", `with ${at[1]}`, "by", "CPU"],
      ...tiers.map((tier, i) => [
        tier.tier,
        tier.cpu.toFixed(1),
        whole(tier.cores),
        `${whole(tier.memoryGiB)} GiB`,
        tier.diskBytes === 0 ? "" : size(tier.diskBytes),
        machineShare(tier, policy).toFixed(1),
        machineShare(atMean.tiers[i], policy).toFixed(1),
        scarcest(tier, policy),
        partsText(tier),
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

/** What is asked for, and of whom. */
function askedText({ delivery, perSecond, owners, writers }: Sizing): readonly string[] {
  const { posts, stored, dropped, pages, streams, events, pieces } = perSecond;
  const delivered = `${whole(stored)} deliveries stored and ${whole(dropped)} dropped`;
  const of = owners === 1 ? "One timeline owner" : `${whole(owners)} timeline owners`;
  const [way, who] =
    delivery === "push"
      ? [delivered, `${(pieces / posts).toFixed(1)} of them have viewers of a post`]
      : [
          "delivered to nobody",
          `each has an index of everybody's posts, and follows the logs of ${whole(writers)} post processes`,
        ];
  return [
    `At the peak, a second: ${whole(posts)} posts, ${way}, ${whole(pages)} pages, all over REST; ${whole(streams)} live streams open, ${whole(events)} entries shown on them.`,
    `${of}; ${who}.`,
  ];
}

const PARTS_TOLD = 3;

/** What most of a tier's CPU goes into. */
function partsText({ parts }: TierSize): string {
  const all = parts.reduce((sum, [, cpu]) => sum + cpu, 0);
  const told = parts.slice(0, PARTS_TOLD);
  return told.map(([what, cpu]) => `${what} ${Math.round((100 * cpu) / all)}%`).join(", ");
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
      ? [
          `disks ${100 * maxDiskUse}% full, database and broker work done ${replicas} times`,
          `the disks of posts alone take ${whole(atDesign.machinesOfPosts)} and ${whole(atMean.machinesOfPosts)} of them, until there is an archive`,
        ]
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
