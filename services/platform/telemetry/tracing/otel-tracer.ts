import { hostname } from "node:os";
import {
  type Span as ApiSpan,
  SpanKind as ApiSpanKind,
  type Tracer as ApiTracer,
  type Context,
  type Link,
  ROOT_CONTEXT,
  type SpanContext,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  RandomIdGenerator,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { isSampled, traceIdsOf, traceparentOf } from "../../../model/traceparent.ts";
import type { Logger } from "../logger.ts";
import type { TracingConfig } from "./config.ts";
import { ERROR_TYPE } from "./span-names.ts";
import type { Span, SpanAttributes, SpanKind, SpanPlan, Tracer } from "./tracer.ts";

const KINDS: Readonly<Record<SpanKind, ApiSpanKind>> = {
  internal: ApiSpanKind.INTERNAL,
  server: ApiSpanKind.SERVER,
  client: ApiSpanKind.CLIENT,
  producer: ApiSpanKind.PRODUCER,
  consumer: ApiSpanKind.CONSUMER,
};
const MILLION = 1_000_000;
/** What waits to be sent at most, spans; then the newest are dropped: a receiver that is away costs no memory. */
const MAX_WAITING = 4_096;
const SEND_EVERY_MS = 1_000;
/** A process that closes gives what is left so long, ms. */
const LAST_SEND_MS = 2_000;

/**
 * Records spans by OpenTelemetry's SDK and sends them as OTLP over HTTP, protobuf. No context manager: where a span
 * hangs is passed along as a traceparent, so what is not traced pays for nothing but looking at it.
 */
export class OtelTracer implements Tracer {
  readonly untraced: string;
  readonly #tracer: ApiTracer;
  readonly #provider: TracerProvider;
  readonly #log: Logger;
  /** Of the traces that could begin here, those that do. */
  readonly #share: number;

  constructor(service: string, { tracesUrl, tracesPerMillion }: TracingConfig, log: Logger) {
    const exporter = new OTLPTraceExporter({ url: tracesUrl });
    this.#log = log;
    this.#share = tracesPerMillion / MILLION;
    this.#provider = new TracerProvider({
      resource: resourceFromAttributes({
        "service.namespace": "tidings",
        "service.name": service,
        "service.instance.id": `${hostname()}:${process.pid}`,
      }),
      // Which traces begin is decided here, before anything is made for them; what is asked for is recorded.
      sampler: new AlwaysOnSampler(),
      spanProcessors: [
        new BatchSpanProcessor({
          exporter,
          maxQueueSize: MAX_WAITING,
          scheduledDelayMillis: SEND_EVERY_MS,
          exportTimeoutMillis: LAST_SEND_MS,
        }),
      ],
    });
    this.#tracer = this.#provider.getTracer("tidings");
    const ids = new RandomIdGenerator();
    const nobody = { traceId: ids.generateTraceId(), spanId: ids.generateSpanId() };
    this.untraced = traceparentOf(nobody, false);
  }

  begin(plan: SpanPlan): Span | undefined {
    const { parent } = plan;
    const isRecorded = parent === undefined ? Math.random() < this.#share : isSampled(parent);
    return isRecorded ? this.#record(plan) : undefined;
  }

  #record({ name, kind, parent, links = [], attributes, startMs }: SpanPlan): Span {
    const span = this.#tracer.startSpan(
      name,
      {
        kind: KINDS[kind],
        links: links.flatMap(linkTo),
        ...(attributes && { attributes: { ...attributes } }),
        ...(startMs !== undefined && { startTime: startMs }),
      },
      contextOf(parent),
    );
    return new RecordedSpan(span);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#provider.shutdown().catch((err: unknown) => {
      this.#log.warn({ err }, "the last spans were not sent");
    });
  }
}

class RecordedSpan implements Span {
  readonly traceparent: string;
  readonly traceId: string;
  readonly #span: ApiSpan;

  constructor(span: ApiSpan) {
    const { traceId, spanId } = span.spanContext();
    this.#span = span;
    this.traceId = traceId;
    this.traceparent = traceparentOf({ traceId, spanId }, true);
  }

  set(attributes: SpanAttributes): void {
    this.#span.setAttributes({ ...attributes });
  }

  end(failure?: string): void {
    if (failure !== undefined) {
      this.#span.setAttribute(ERROR_TYPE, failure);
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#span.end();
  }
}

/** What is no traceparent is no parent: a trace may begin. */
function contextOf(parent: string | undefined): Context {
  const spanContext = parent === undefined ? undefined : spanContextOf(parent);
  return spanContext ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
}

function linkTo(traceparent: string): readonly Link[] {
  const context = spanContextOf(traceparent);
  return context ? [{ context }] : [];
}

function spanContextOf(traceparent: string): SpanContext | undefined {
  const ids = traceIdsOf(traceparent);
  return ids && { ...ids, traceFlags: TraceFlags.SAMPLED, isRemote: true };
}
