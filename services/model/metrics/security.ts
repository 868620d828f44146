/** Of who calls whom, and by which certificate; part of metrics.ts. */
export const CERTIFICATE_GAUGES = {
  certificateDays: {
    name: "tidings_certificate_remaining_days",
    help: "Until the certificate that this process shows ends, in days",
  },
} as const;

export const CALLER_COUNTERS = {
  callersRefused: {
    name: "tidings_refused_callers_total",
    help: "Calls refused for who the caller is, by why",
    labelNames: ["reason"],
  },
} as const;
