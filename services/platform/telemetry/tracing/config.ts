import { integer, text } from "../../config/variables.ts";

export interface TracingConfig {
  readonly tracesUrl: string;
  readonly tracesPerMillion: number;
}

/** Read by every process that can be traced. */
export const TRACING_VARIABLES = {
  tracesUrl: text("TIDINGS_TRACES_URL", {
    default: "",
    help: "where spans go, an OTLP/HTTP receiver as http://localhost:4318/v1/traces; without it nothing is traced, and nothing for it loaded",
    pattern: /^$|^https?:\/\/\S+$/,
    allowed: "an address that begins with https:// or http://",
  }),
  tracesPerMillion: integer("TIDINGS_TRACES_PER_MILLION", {
    default: 10_000,
    min: 0,
    max: 1_000_000,
    help: "requests traced of a million; those that come with a traceparent are traced as that says",
  }),
};
