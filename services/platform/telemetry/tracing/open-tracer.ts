import type { Logger } from "../logger.ts";
import type { TracingConfig } from "./config.ts";
import type { Tracer } from "./tracer.ts";

export interface TracerOptions {
  readonly service: string;
  readonly config: TracingConfig;
  readonly log: Logger;
}

/**
 * The tracer of a process, closed with `parts`; undefined when tracing is off: then none of OpenTelemetry is
 * imported.
 */
export async function openTracer(
  parts: AsyncDisposableStack,
  { service, config, log }: TracerOptions,
): Promise<Tracer | undefined> {
  if (config.tracesUrl === "") return undefined;
  const { OtelTracer } = await import("./otel-tracer.ts");
  return parts.use(new OtelTracer(service, config, log));
}
