import { COUNTERS, HISTOGRAMS } from "../../model/metrics.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { CounterSeries, Family, HistogramSeries } from "../telemetry/series.ts";
import { metricNameOf } from "./errors/error-table.ts";

const DEFINITIONS = {
  server: {
    started: COUNTERS.grpcServerStarted,
    handled: COUNTERS.grpcServerHandled,
    seconds: HISTOGRAMS.grpcServerSeconds,
  },
  client: {
    started: COUNTERS.grpcClientStarted,
    handled: COUNTERS.grpcClientHandled,
    seconds: HISTOGRAMS.grpcClientSeconds,
  },
};

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
    const { started, handled, seconds } = DEFINITIONS[side];
    this.#started = metrics.counter(started).series(...this.#labels);
    this.#handled = metrics.counter(handled);
    this.#seconds = metrics.histogram(seconds).series(...this.#labels);
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
