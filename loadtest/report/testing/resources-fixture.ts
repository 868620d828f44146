import type { Resources } from "../../results/resources.ts";
import { randomOf } from "./random.ts";

const PROCESSES = [
  { label: "gateway-0", cores: 0.08, mebibytes: 80 },
  { label: "post-0", cores: 0.31, mebibytes: 190 },
  { label: "friend-0", cores: 0.12, mebibytes: 130 },
  { label: "timeline-0", cores: 0.42, mebibytes: 410 },
  { label: "timeline-1", cores: 0.4, mebibytes: 405 },
  { label: "fanout-0", cores: 0.36, mebibytes: 120 },
  { label: "ranking-0", cores: 0.02, mebibytes: 70 },
  { label: "broker", cores: 0.1, mebibytes: 95 },
] as const;

/** Samples every two seconds; timeline-1 is away for a while after `killedAt`. */
export function resourcesFixture(seconds: number, killedAt: number): Resources {
  const random = randomOf(7);
  const atSeconds = Array.from(
    { length: Math.max(1, Math.floor(seconds / 2)) },
    (_, i) => 2 * i + 1,
  );
  const isAway = (label: string, at: number) =>
    label === "timeline-1" && at > killedAt && at < killedAt + 3;
  const around = (value: number) => value * (0.9 + 0.2 * random());
  const waiting = (at: number, high: number) =>
    Math.round(
      at > killedAt && at < killedAt + 15 ? high * (1 - (at - killedAt) / 15) : 3 * random(),
    );
  return {
    atSeconds,
    processes: PROCESSES.map(({ label, cores, mebibytes }) => ({
      label,
      cpuShare: atSeconds.map((at) => (isAway(label, at) ? Number.NaN : around(cores))),
      residentMiB: atSeconds.map((at) =>
        isAway(label, at) ? Number.NaN : mebibytes + at / 20 + 5 * random(),
      ),
      cpuSeconds: cores * seconds,
    })),
    pending: {
      tidings_pending_chunks: atSeconds.map((at) => waiting(at, 4_000)),
      tidings_pending_outbox: atSeconds.map((at) => waiting(at, 300)),
      tidings_pending_fills: atSeconds.map(() => 0),
    },
    work: { tidings_deliveries_total: 812_331, tidings_posts_total: 9_812 },
  };
}

/** Of a target that was not started here. */
export function emptyResources(): Resources {
  return { atSeconds: [], processes: [], pending: {}, work: {} };
}
