/** The texts of cassandra.yaml and logback.xml. */
import { join } from "node:path";
import type { SecurePlace } from "../secure/secure-place.ts";

export interface NodeConfig {
  readonly folder: string;
  readonly listenAddress: string;
  readonly cqlPort: number;
  readonly storagePort: number;
  /** `host:port` of the first nodes to talk to; the node's own when it is alone. */
  readonly seeds: readonly string[];
  readonly durability: Durability;
  /** By TLS only, and for roles that log in. */
  readonly secure?: SecurePlace | undefined;
}

/**
 * When a write is acknowledged.
 * `durable`: once its part of the commit log is on disk (writes that wait together share a sync),
 * so that a node without replicas loses nothing that it acknowledged.
 * `replicated`: before that, as ScyllaDB and Cassandra do by default, because real clusters hold
 * three copies on three machines. A killed node alone loses its last 100 ms: the replay only
 * believes what lies before a marker in the log, and those are written that often.
 */
export type Durability = keyof typeof COMMIT_LOG;

const COMMIT_LOG = {
  durable: { commitlog_sync: "batch" },
  replicated: { commitlog_sync: "periodic", commitlog_sync_period: "10s" },
} as const;

/**
 * Above the 5 s that the services wait for an answer: on a machine that tests and benchmarks have to themselves
 * Cassandra's own 2 s would end, in the midst of a test, what is only late.
 */
const REQUEST_TIMEOUTS = {
  read_request_timeout: "10s",
  range_request_timeout: "10s",
  write_request_timeout: "10s",
  cas_contention_timeout: "10s",
  request_timeout: "10s",
} as const;

/** Each value as JSON, which is YAML too, so nothing needs quoting by hand. */
export function cassandraYaml(config: NodeConfig): string {
  const data = (name: string) => join(config.folder, "data", name);
  const settings = {
    cluster_name: "tidings",
    num_tokens: 1,
    partitioner: "org.apache.cassandra.dht.Murmur3Partitioner",
    endpoint_snitch: "SimpleSnitch", // the data centre is then datacenter1
    auto_bootstrap: false,
    listen_address: config.listenAddress,
    rpc_address: config.listenAddress,
    storage_port: config.storagePort,
    ssl_storage_port: config.storagePort + 1,
    start_native_transport: true,
    native_transport_port: config.cqlPort,
    seed_provider: [
      {
        class_name: "org.apache.cassandra.locator.SimpleSeedProvider",
        parameters: [{ seeds: config.seeds.join(",") }],
      },
    ],
    data_file_directories: [data("tables")],
    commitlog_directory: data("commitlog"),
    saved_caches_directory: data("saved_caches"),
    hints_directory: data("hints"),
    cdc_raw_directory: data("cdc_raw"),
    ...COMMIT_LOG[config.durability],
    ...REQUEST_TIMEOUTS,
    commitlog_segment_size: "5MiB",
    // A slab is 1 MiB for each table that has a row: some keyspaces of 40 tables fill a small heap with it, and what is
    // written then is flushed every few seconds, and each flush compacted with all of the day.
    memtable_allocation_type: "unslabbed_heap_buffers",
    disk_access_mode: "standard",
    ...(config.secure && secureSettings(config.secure)),
    auto_snapshot: false, // dropped keyspaces of test runs would stay on disk
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
    .join("");
}

function secureSettings({ files }: SecurePlace) {
  return {
    authenticator: "PasswordAuthenticator",
    authorizer: "CassandraAuthorizer",
    role_manager: "CassandraRoleManager",
    client_encryption_options: {
      enabled: true,
      optional: false,
      keystore: files.chain,
      require_client_auth: false,
      ssl_context_factory: {
        class_name: "org.apache.cassandra.security.PEMBasedSslContextFactory",
      },
    },
  };
}

/** Everything to the output, which is our log file. */
export const LOGBACK_XML = `<configuration>
  <appender name="STDOUT" class="ch.qos.logback.core.ConsoleAppender">
    <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%n</pattern></encoder>
  </appender>
  <root level="WARN"><appender-ref ref="STDOUT" /></root>
  <logger name="org.apache.cassandra.service" level="INFO" />
</configuration>
`;
