import { type Environment, readConfig } from "../platform/config/config.ts";
import { defaultPorts } from "../platform/config/ports.ts";
import { durationMs, integer, text } from "../platform/config/variables.ts";

export type RankingConfig = ReturnType<typeof readRankingConfig>;

const HOUR_MS = 3_600_000;
const MAX_WEIGHT_PERCENT = 10_000;

/** Reads and checks the variables of the ranking service. Throws ConfigError naming every mistake. */
export function readRankingConfig(env: Environment) {
  const ports = defaultPorts(env).ranking;
  return readConfig(
    {
      host: text("TIDINGS_HOST", { default: "127.0.0.1", help: "the address to listen on" }),
      port: integer("TIDINGS_RANKING_PORT", {
        default: ports.port,
        min: 0,
        max: 65_535,
        help: "gRPC; 0 takes any free port",
      }),
      metricsPort: integer("TIDINGS_RANKING_METRICS_PORT", {
        default: ports.metricsPort,
        min: 0,
        max: 65_535,
        help: "/metrics and /healthz; 0 takes any free port",
      }),
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
    },
    env,
  );
}
