import { fileText } from "../../config/files.ts";
import { text } from "../../config/variables.ts";
import type { BrokerAddress } from "./connection.ts";

/** The variables of a process that uses RabbitMQ. */
export const AMQP_VARIABLES = {
  amqpUrl: {
    ...text("TIDINGS_AMQP_URL", {
      default: "amqp://guest:guest@127.0.0.1:5672",
      pattern: /^amqps?:\/\/\S+$/,
      allowed: "amqp://host:port or amqps://host:port, with a virtual host after a /",
      help: "RabbitMQ; with TIDINGS_ENGINE=cql; amqps: by TLS",
    }),
    // It may hold a password, though a file is the better place.
    isSecret: true,
  },
  amqpUser: text("TIDINGS_AMQP_USER", {
    default: "",
    help: "the user to log in as, in place of the one in the URL",
  }),
  amqpPassword: fileText("TIDINGS_AMQP_PASSWORD_FILE", { help: "holds the password of that user" }),
  amqpAuthorities: fileText("TIDINGS_AMQP_CA_FILE", {
    help: "PEM certificates of who signs the broker's; none: those that Node brings",
  }),
  amqpPrefix: text("TIDINGS_AMQP_PREFIX", {
    default: "tidings",
    pattern: /^[\w.-]{1,64}$/,
    allowed: "1 to 64 letters, digits, _, . and -",
    help: "begins the name of every queue",
  }),
} as const;

export interface AmqpConfig {
  readonly amqpUrl: string;
  readonly amqpPrefix: string;
  readonly amqpUser?: string;
  readonly amqpPassword?: string;
  readonly amqpAuthorities?: string;
}

/** Where the broker is, who we are to it, and how we know it. */
export function brokerOf(
  config: AmqpConfig,
): Pick<BrokerAddress, "url" | "authorities"> & { readonly prefix: string } {
  const { amqpUser, amqpPassword = "", amqpAuthorities, amqpPrefix: prefix } = config;
  const authorities = amqpAuthorities ? { authorities: amqpAuthorities } : {};
  if (!amqpUser) return { url: config.amqpUrl, prefix, ...authorities };
  const url = new URL(config.amqpUrl);
  url.username = encodeURIComponent(amqpUser);
  url.password = encodeURIComponent(amqpPassword);
  return { url: url.href, prefix, ...authorities };
}
