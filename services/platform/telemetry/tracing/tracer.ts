/** Spans as the platform sees them; what records and sends them is imported when tracing is on, and only then. */

export type SpanKind = "internal" | "server" | "client" | "producer" | "consumer";

/** Names and values by OpenTelemetry's semantic conventions. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanPlan {
  readonly name: string;
  readonly kind: SpanKind;
  /** The traceparent that it hangs on. Undefined: a trace may begin here, by the sampling. */
  readonly parent?: string | undefined;
  /** Traceparents of what else led to it: of a batch, all in it. */
  readonly links?: readonly string[];
  readonly attributes?: SpanAttributes;
  /** When it began, ms since the Unix epoch; now unless given. */
  readonly startMs?: number;
}

/** One piece of work that is recorded. */
export interface Span {
  /** For what follows from it. */
  readonly traceparent: string;
  readonly traceId: string;
  set(attributes: SpanAttributes): void;
  /** `failure`: the error's type, of a span that failed. */
  end(failure?: string): void;
}

export interface Tracer extends AsyncDisposable {
  /** Undefined: this is not recorded, for its parent is not or the sampling says so. */
  begin(plan: SpanPlan): Span | undefined;
  /** For calls of what is not recorded, so that nobody takes them for the beginning of a trace. */
  readonly untraced: string;
}
