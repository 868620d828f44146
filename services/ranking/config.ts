import { readConfig } from "../platform/config/config.ts";
import { portVariables, processVariables } from "../platform/config/mesh.ts";
import type { Environment } from "../platform/config/variable.ts";
import { durationMs, integer } from "../platform/config/variables.ts";

export type RankingConfig = ReturnType<typeof readRankingConfig>;

const HOUR_MS = 3_600_000;
const MAX_WEIGHT_PERCENT = 10_000;

const WEIGHT_VARIABLES = {
  halfLifeMs: durationMs("TIDINGS_RANKING_HALF_LIFE", {
    default: 6 * HOUR_MS,
    min: 1_000,
    help: "the age at which recency is one half",
  }),
  readsPercent: integer("TIDINGS_RANKING_READS_WEIGHT_PERCENT", {
    default: 100,
    min: 0,
    max: MAX_WEIGHT_PERCENT,
    help: "the most that reading an author often adds, in percent of recency",
  }),
  commonFriendsPercent: integer("TIDINGS_RANKING_COMMON_FRIENDS_WEIGHT_PERCENT", {
    default: 50,
    min: 0,
    max: MAX_WEIGHT_PERCENT,
    help: "the most that friends in common add, in percent of recency",
  }),
};

/** The variables of the ranking service; defaults of ports follow TIDINGS_PORT_BASE. */
export function rankingVariables(env: Environment) {
  return { ...processVariables, ...portVariables("ranking", env), ...WEIGHT_VARIABLES };
}

/** Reads and checks them. Throws ConfigError naming every mistake. */
export function readRankingConfig(env: Environment) {
  return readConfig(rankingVariables(env), env);
}
