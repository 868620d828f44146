import { text } from "../../config/variables.ts";

/** The variables of a process that uses RabbitMQ. */
export const AMQP_VARIABLES = {
  amqpUrl: text("TIDINGS_AMQP_URL", {
    default: "amqp://guest:guest@127.0.0.1:5672",
    help: "RabbitMQ; with TIDINGS_ENGINE=cql",
  }),
  amqpPrefix: text("TIDINGS_AMQP_PREFIX", {
    default: "tidings",
    pattern: /^[\w.-]{1,64}$/,
    allowed: "1 to 64 letters, digits, _, . and -",
    help: "begins the name of every queue",
  }),
} as const;
