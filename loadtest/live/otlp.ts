import type { LiveFrame } from "./live-frame.ts";

const SEND_MS = 5_000;

/**
 * Sends frames to an OpenTelemetry collector, or a Prometheus that takes OTLP: metrics as OTLP/HTTP JSON.
 * A collector that is away loses frames, never the run: the last reason is kept.
 */
export class OtlpSender implements AsyncDisposable {
  readonly #url: string;
  readonly #run: string;
  #sending: Promise<void> = Promise.resolve();
  #isBusy = false;
  failure: string | undefined;

  /**
   * `url` as "http://localhost:4318": /v1/metrics is added unless it has a path. Rejects with a RangeError for
   * what is no URL of HTTP, and where nobody takes metrics now.
   */
  static async open(url: string, run: string): Promise<OtlpSender> {
    const sender = new OtlpSender(url, run);
    await sender.#post({ resourceMetrics: [] });
    if (sender.failure === undefined) return sender;
    throw new RangeError(
      `--otlp: ${sender.failure}: start the collector, give another URL, or leave it out.`,
    );
  }

  private constructor(url: string, run: string) {
    const parsed = /^https?:/i.test(url) ? URL.parse(url) : null;
    if (parsed === null) {
      throw new RangeError(`--otlp: "${url}" is no URL: give it as http://localhost:4318.`);
    }
    this.#url = parsed.pathname === "/" ? new URL("/v1/metrics", parsed).href : parsed.href;
    this.#run = run;
  }

  /** A frame that comes while one is under way is left out. */
  send(frame: LiveFrame, nowMs = Date.now()): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#sending = this.#post(otlpOf(frame, this.#run, nowMs)).finally(() => {
      this.#isBusy = false;
    });
  }

  async #post(body: object): Promise<void> {
    try {
      const answer = await fetch(this.#url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(SEND_MS),
      });
      const text = await answer.text();
      const refused = answer.ok ? refusedIn(text) : `answered ${answer.status}`;
      if (refused !== undefined) this.failure = `${this.#url} ${refused}`;
    } catch (error) {
      const { message, cause } = error as Error & { readonly cause?: NodeJS.ErrnoException };
      const why = cause?.code ?? cause?.message ?? message;
      this.failure = `${this.#url} did not answer (${why})`;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sending;
  }
}

/** Of an ExportMetricsServiceResponse: an OK may have taken nothing. Undefined: it took all. */
function refusedIn(text: string): string | undefined {
  const said = jsonOf(text) as {
    partialSuccess?: { rejectedDataPoints?: unknown; errorMessage?: unknown };
  } | null;
  const { rejectedDataPoints = 0, errorMessage = "" } = said?.partialSuccess ?? {};
  if (!(Number(rejectedDataPoints) > 0)) return undefined;
  return `refused ${rejectedDataPoints} points: ${String(errorMessage).slice(0, MAX_SHOWN) || "it did not say why"}`;
}

const MAX_SHOWN = 200;

/** Undefined: it is none, as an empty answer. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const GAUGES = {
  load_sent_per_second: "perSecond",
  load_response_p50_ms: "p50Ms",
  load_response_p99_ms: "p99Ms",
  load_response_max_ms: "maxMs",
  load_lateness_p99_ms: "latenessMs",
} as const;
const SUMS = { load_sent_total: "sent", load_ok_total: "ok", load_failed_total: "failed" } as const;
const CUMULATIVE = 2;

/** A frame as an ExportMetricsServiceRequest in JSON (opentelemetry-proto, metrics/v1). */
export function otlpOf({ name, operations }: LiveFrame, run: string, nowMs: number): object {
  const timeUnixNano = `${Math.round(nowMs)}000000`;
  const pointsOf = (key: keyof LiveFrame["operations"][number]) =>
    operations.flatMap((one) => {
      const asDouble = one[key]; // none of what is not known, or INVALID
      if (typeof asDouble !== "number") return [];
      return [{ attributes: [attribute("operation", one.name)], timeUnixNano, asDouble }];
    });
  const gauges = Object.entries(GAUGES).map(([metric, key]) => ({
    name: metric,
    gauge: { dataPoints: pointsOf(key) },
  }));
  const sums = Object.entries(SUMS).map(([metric, key]) => ({
    name: metric,
    sum: { dataPoints: pointsOf(key), aggregationTemporality: CUMULATIVE, isMonotonic: true },
  }));
  const attributes = [attribute("service.name", "loadtest"), attribute("service.instance.id", run)];
  return {
    resourceMetrics: [
      {
        resource: { attributes: [...attributes, attribute("load.scenario", name)] },
        scopeMetrics: [{ scope: { name: "loadtest" }, metrics: [...gauges, ...sums] }],
      },
    ],
  };
}

function attribute(key: string, value: string) {
  return { key, value: { stringValue: value } };
}
