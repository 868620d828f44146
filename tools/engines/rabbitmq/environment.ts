/** What keeps a private RabbitMQ apart from any other: its own folders, ports and secret. */
import { join } from "node:path";
import type { SecurePlace } from "../secure/secure-place.ts";

export interface BrokerPlace {
  readonly folder: string;
  /** The unpacked server: the folder that holds `sbin/rabbitmq-server`. */
  readonly installation: string;
  readonly amqpPort: number;
  readonly distributionPort: number;
  readonly epmdPort: number;
  /** By TLS only, with a user of its own in place of guest. */
  readonly secure?: SecurePlace | undefined;
  /** One of several that make a cluster, and use one epmd. */
  readonly member?: ClusterMember | undefined;
}

export interface ClusterMember {
  readonly name: string;
  /** All members, this one too. */
  readonly names: readonly string[];
  /** What members know each other by. */
  readonly cookie: string;
}

/** A broker on its own. */
const ALONE = "rabbit";

export const LOCALHOST = "127.0.0.1";

export function brokerConfig({
  amqpPort,
  secure,
  member,
}: Pick<BrokerPlace, "amqpPort" | "secure" | "member">): string {
  const settings = {
    ...(member && formationOf(member)),
    ...(secure
      ? secureListener(amqpPort, secure)
      : { "listeners.tcp.1": `${LOCALHOST}:${amqpPort}` }),
    // The default of 512 MB is for servers: here it is memory and disk that others need.
    "raft.wal_max_size_bytes": 64 * 1024 * 1024,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${value}\n`)
    .join("");
}

function formationOf({ names }: ClusterMember): Record<string, string> {
  const nodes = names.map((name, i) => [
    `cluster_formation.classic_config.nodes.${i + 1}`,
    nodeNameOf(name),
  ]);
  return {
    "cluster_formation.peer_discovery_backend": "classic_config",
    ...Object.fromEntries(nodes),
  };
}

function nodeNameOf(name: string): string {
  return `${name}@localhost`;
}

function secureListener(amqpPort: number, secure: SecurePlace): Record<string, string> {
  return {
    "listeners.tcp": "none",
    "listeners.ssl.1": `${LOCALHOST}:${amqpPort}`,
    "ssl_options.cacertfile": secure.files.authority,
    "ssl_options.certfile": secure.files.certificate,
    "ssl_options.keyfile": secure.files.key,
    default_user: secure.user,
    default_pass: secure.password,
  };
}

/** Every path that RabbitMQ would otherwise take from the system. */
export function brokerEnvironment(place: BrokerPlace): Record<string, string> {
  const inside = (name: string) => join(place.folder, name);
  return {
    ...systemEnvironment(),
    HOME: place.folder,
    RUNNING_UNDER_SYSTEMD: "true", // exec erl: the id of the script is then the broker's
    ERL_EPMD_PORT: String(place.epmdPort),
    ERL_EPMD_ADDRESS: LOCALHOST,
    RABBITMQ_NODENAME: nodeNameOf(place.member?.name ?? ALONE),
    // They would open a port in plaintext, whatever the configuration says.
    ...(!place.secure && {
      RABBITMQ_NODE_IP_ADDRESS: LOCALHOST,
      RABBITMQ_NODE_PORT: String(place.amqpPort),
    }),
    RABBITMQ_DIST_PORT: String(place.distributionPort),
    RABBITMQ_MNESIA_BASE: inside("data"),
    RABBITMQ_MNESIA_DIR: inside("data/mnesia"),
    RABBITMQ_LOG_BASE: place.folder,
    RABBITMQ_LOGS: "-", // to the output, which is our log file
    RABBITMQ_PID_FILE: inside("rabbitmq.pid"),
    RABBITMQ_ENABLED_PLUGINS_FILE: inside("enabled_plugins"),
    RABBITMQ_CONF_ENV_FILE: inside("rabbitmq-env.conf"),
    RABBITMQ_CONFIG_FILE: inside("rabbitmq.conf"),
    RABBITMQ_ADVANCED_CONFIG_FILE: inside("advanced.config"),
    RABBITMQ_FEATURE_FLAGS_FILE: inside("data/feature_flags"),
    RABBITMQ_PLUGINS_EXPAND_DIR: inside("plugins"),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1",
  };
}

export function systemEnvironment(): Record<string, string> {
  return { PATH: process.env.PATH ?? "/usr/sbin:/usr/bin:/sbin:/bin", LANG: "C.UTF-8" };
}
