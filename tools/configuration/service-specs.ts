import { consoleVariables } from "../../console/config.ts";
import { bookstoreVariables } from "../../services/bookstore/config.ts";
import { engagementVariables } from "../../services/engagement/config.ts";
import { erasureVariables } from "../../services/erasure/config.ts";
import { fanoutVariables } from "../../services/fanout/config.ts";
import { friendVariables } from "../../services/friend/config.ts";
import { gatewayVariables } from "../../services/gateway/config.ts";
import { growthVariables } from "../../services/growth/config.ts";
import type { Spec } from "../../services/platform/config/config.ts";
import { postVariables } from "../../services/post/config.ts";
import { rankingVariables } from "../../services/ranking/config.ts";
import { rateLimitVariables } from "../../services/ratelimit/config.ts";
import { timelineVariables } from "../../services/timeline/config.ts";

/** What each service reads from the environment; with defaults as of an empty one. */
export const SERVICE_SPECS: Readonly<Record<string, Spec>> = {
  gateway: gatewayVariables({}),
  post: postVariables({}),
  friend: friendVariables({}),
  timeline: timelineVariables({}),
  ranking: rankingVariables({}),
  fanout: fanoutVariables({}),
  engagement: engagementVariables({}),
  erasure: erasureVariables({}),
  bookstore: bookstoreVariables({}),
  ratelimit: rateLimitVariables({}),
  growth: growthVariables({}),
  console: consoleVariables({}),
};
