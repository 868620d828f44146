import type { Metrics } from "../telemetry/metrics.ts";
import type { CounterSeries, Family, HistogramSeries } from "../telemetry/series.ts";
import { metricNameOf } from "./errors/error-table.ts";

const BOUNDS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const LABELS = ["grpc_type", "grpc_service", "grpc_method"];

export type CallType = "unary" | "server_stream" | "bidi_stream";

/** The type of a method in the words of go-grpc-prometheus. */
export function callTypeOf(method: {
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}): CallType {
  if (method.requestStream) return "bidi_stream";
  return method.responseStream ? "server_stream" : "unary";
}

/** Counts and times the calls of one method; every series is looked up once. */
export class MethodMetrics {
  readonly #started: CounterSeries;
  readonly #seconds: HistogramSeries;
  readonly #handled: Family<CounterSeries>;
  readonly #handledByStatus: (CounterSeries | undefined)[] = [];
  readonly #labels: readonly string[];

  /** `path` as on the wire: "/package.Service/Method". The names are go-grpc-prometheus's. */
  constructor(metrics: Metrics, side: "server" | "client", type: CallType, path: string) {
    const [, service, method] = path.split("/");
    this.#labels = [type, service, method];
    const prefix = `grpc_${side}`;
    this.#started = metrics
      .counter({ name: `${prefix}_started_total`, help: "Calls started", labelNames: LABELS })
      .series(...this.#labels);
    this.#handled = metrics.counter({
      name: `${prefix}_handled_total`,
      help: "Calls that ended, by status",
      labelNames: [...LABELS, "grpc_code"],
    });
    this.#seconds = metrics
      .histogram({
        name: `${prefix}_handling_seconds`,
        help: "How long calls took",
        labelNames: LABELS,
        bounds: BOUNDS_SECONDS,
      })
      .series(...this.#labels);
  }

  /** A call begins. Returns its start, to be given to `ended`. */
  begun(): number {
    this.#started.value++;
    return performance.now();
  }

  ended(startedMs: number, grpcStatus: number): void {
    this.#seconds.observe((performance.now() - startedMs) / 1_000);
    this.#handledWith(grpcStatus).value++;
  }

  #handledWith(grpcStatus: number): CounterSeries {
    const known = this.#handledByStatus[grpcStatus];
    if (known) return known;
    const series = this.#handled.series(...this.#labels, metricNameOf(grpcStatus));
    this.#handledByStatus[grpcStatus] = series;
    return series;
  }
}
