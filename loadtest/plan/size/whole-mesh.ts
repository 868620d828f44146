import {
  POSTS_A_VISITOR_AND_DAY,
  READS_A_VISITOR_AND_DAY,
} from "../../../population/people/activity.ts";
import type { CoresTaken } from "../../capacity/options.ts";
import type { Delivery } from "../../demand/delivery.ts";
import { visitsAtPeak } from "../../demand/visits.ts";
import { cpuOfWork, type UnitCosts } from "../unit-costs.ts";
import { messagesASecond, OWNER_READS_A_SECOND, type Work } from "../work.ts";

export interface SliceOfMesh {
  readonly dailyUsers: number;
  readonly owners: number;
  /** Of a post's friends, on average: whose entries are stored. */
  readonly activePerPost: number;
  /** Push by default. */
  readonly delivery?: Delivery | undefined;
}

const UNKNOWN_LOG =
  " What the log costs of which those owners are told is not in it: the calibration is not one by pull.";

/** Who works for all owners, and did not for those that were not there. */
const SHARED = ["post", "cql"] as const;

/**
 * What the whole mesh would use, of which an owner slice measured one owner: the timeline process counts
 * as often as there are owners, and what the stores would do for the other owners, posts of their pages and
 * rows of their entries, by pull what they are told of the post log, is added at its calibrated cost. The post
 * service's writes, the friend service and the worker did all of their work, and count as measured.
 */
export function wholeMesh(
  cpu: Readonly<Record<string, number>>,
  { dailyUsers, owners, activePerPost, delivery = "push" }: SliceOfMesh,
  costs: UnitCosts,
): CoresTaken {
  const { timeline = 0, ...others } = cpu;
  const measured = Object.values(others).reduce((sum, share) => sum + share, 0);
  const { pages, posts } = visitsAtPeak(dailyUsers);
  const elsewhere = 1 - 1 / owners;
  const missing: Partial<Work> = {
    pages: pages * elsewhere,
    batches: pages * elsewhere,
    ...(delivery === "pull"
      ? {
          logMessages: messagesASecond(posts, owners) * (owners - 1),
          logTableReads: OWNER_READS_A_SECOND * (owners - 1),
        }
      : { stored: posts * activePerPost * elsewhere }),
  };
  const isUnknown = delivery === "pull" && costs.post?.each.logMessages === undefined;
  const stores = SHARED.reduce((sum, tier) => {
    const cost = costs[tier];
    return cpu[tier] === undefined || cost === undefined ? sum : sum + cpuOfWork(cost, missing);
  }, 0);
  return {
    cores: measured + owners * timeline + stores,
    text: `${owners} x ${timeline.toFixed(3)} (timeline) + ${measured.toFixed(3)} (the others, measured) + ${stores.toFixed(3)} (what the stores do for the other owners, at calibrated costs), ${POSTS_A_VISITOR_AND_DAY} posts and ${READS_A_VISITOR_AND_DAY} reads a user and day.${isUnknown ? UNKNOWN_LOG : ""}`,
  };
}
