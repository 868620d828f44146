/** Of who calls whom, by which certificate, and who is let in when there is much to do; part of metrics.ts. */
export const CALLER_GAUGES = {
  certificateDays: {
    name: "tidings_certificate_remaining_days",
    help: "Until the certificate that this process shows ends, in days",
  },
  certificateLife: {
    name: "tidings_certificate_life_days",
    help: "From the beginning to the end of that certificate, in days",
  },
  admissionLimit: {
    name: "tidings_admission_limit_calls",
    help: "Calls that the server takes at a time, as it has learnt",
  },
  admissionHeld: {
    name: "tidings_admission_held_calls",
    help: "Calls that it serves now; of streams only their openings count, and they last no time",
  },
} as const;

export const CALLER_COUNTERS = {
  callersRefused: {
    name: "tidings_refused_callers_total",
    help: "Calls refused for who the caller is, by why",
    labelNames: ["reason"],
  },
  admissionRefused: {
    name: "tidings_admission_refused_total",
    help: "Calls not let in, by priority, and why: the limit of all, or the share of their caller",
    labelNames: ["priority", "why"],
  },
  admissionHeldUp: {
    name: "tidings_admission_held_up_total",
    help: "Times that a connection was not read for a while, for its caller is refused more than a busy process can refuse",
  },
  connectionsHeldUp: {
    name: "tidings_connections_held_up_total",
    help: "Times that a connection was not read for a while, for it sends much that is no message",
  },
  connectionsEnded: {
    name: "tidings_connections_ended_total",
    help: "Connections of callers that ended, by whom: the caller (or its network), age (this process), fault (the HTTP/2 library, for what came)",
    labelNames: ["by"],
  },
  heldBack: {
    name: "tidings_client_held_back_calls_total",
    help: "Calls not sent, for whoever is called refuses many, by service",
    labelNames: ["to"],
  },
} as const;
