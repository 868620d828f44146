/** ghz keeps the details of a million calls and takes its percentiles from those alone. */
export const MAX_CALLS = 1_000_000;

/** One call as ghz saw it. */
export interface GhzDetail {
  /** When it ended, RFC 3339. */
  readonly timestamp: string;
  /** From its actual send, ns. */
  readonly latency: number;
  /** The gRPC status by Go's name, as "OK" or "DeadlineExceeded". */
  readonly status: string;
}

interface GhzJson {
  readonly count: number;
  readonly details: readonly GhzDetail[] | null;
}

/** Reads what `ghz --format json` wrote. Throws when calls are missing. */
export function readGhz(json: string): readonly GhzDetail[] {
  const { count, details } = JSON.parse(json) as GhzJson;
  const kept = details ?? [];
  if (kept.length === count) return kept;
  throw new Error(
    `ghz made ${count} calls and has details of ${kept.length}: stay below ${MAX_CALLS} a step.`,
  );
}
