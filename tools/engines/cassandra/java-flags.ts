/** The flags of the JVM that runs Cassandra. From its conf/jvm17-server.options, and measured. */
import { join } from "node:path";

export interface JavaPlace {
  /** The folder of the jars. */
  readonly jars: string;
  /** The path of the jamm agent among them. */
  readonly agent: string;
  readonly folder: string;
  readonly heapMb: number;
  readonly optimising: boolean;
  /** Skips what only a crash would need. For tests that never kill the node. */
  readonly unsafe: boolean;
  readonly initialToken: string;
}

const EXPORTS = [
  "java.base/jdk.internal.misc",
  "java.base/java.lang.ref",
  "java.base/sun.nio.ch",
  "java.management.rmi/com.sun.jmx.remote.internal.rmi",
  "java.management/com.sun.jmx.remote.security",
  "java.rmi/sun.rmi.registry",
  "java.rmi/sun.rmi.server",
  "java.sql/java.sql",
  "jdk.unsupported/sun.misc",
  "jdk.compiler/com.sun.tools.javac.file",
  "jdk.attach/sun.tools.attach",
];

const OPENS = [
  "java.base/java.lang.module",
  "java.base/jdk.internal.loader",
  "java.base/jdk.internal.ref",
  "java.base/jdk.internal.reflect",
  "java.base/jdk.internal.math",
  "java.base/jdk.internal.module",
  "java.base/jdk.internal.util.jar",
  "java.base/sun.nio.ch",
  "java.base/java.io",
  "java.base/java.lang.reflect",
  "java.base/java.lang",
  "java.base/java.util",
  "java.base/java.nio",
  "jdk.management/com.sun.management.internal",
  "jdk.compiler/com.sun.tools.javac",
];

export function javaArguments(place: JavaPlace): string[] {
  const properties = {
    "jdk.attach.allowAttachSelf": "true",
    "java.net.preferIPv4Stack": "true",
    "io.netty.tryReflectionSetAccessible": "true",
    "cassandra-foreground": "yes",
    "cassandra.config": `file:${join(place.folder, "cassandra.yaml")}`,
    "cassandra.storagedir": join(place.folder, "data"),
    "cassandra.logdir": place.folder,
    "logback.configurationFile": `file:${join(place.folder, "logback.xml")}`,
    // A node of its own, or one of a cluster that is started whole: nobody to wait for.
    "cassandra.ring_delay_ms": "0",
    "cassandra.skip_wait_for_gossip_to_settle": "0",
    "cassandra.superuser_setup_delay_ms": "0",
    "cassandra.size_recorder_interval": "0",
    "cassandra.initial_token": place.initialToken,
    ...(place.unsafe ? { "cassandra.unsafesystem": "true" } : {}),
  };
  return [
    ...EXPORTS.flatMap((name) => ["--add-exports", `${name}=ALL-UNNAMED`]),
    ...OPENS.flatMap((name) => ["--add-opens", `${name}=ALL-UNNAMED`]),
    "-Xms64M",
    `-Xmx${place.heapMb}M`,
    "-Xss512k",
    "-XX:+UseSerialGC",
    // C1 only: up sooner, smaller, and fast enough for a suite.
    ...(place.optimising ? [] : ["-XX:TieredStopAtLevel=1"]),
    "-XX:+ExitOnOutOfMemoryError",
    `-javaagent:${place.agent}`,
    ...Object.entries(properties).map(([name, value]) => `-D${name}=${value}`),
    "-cp",
    join(place.jars, "*"),
    "org.apache.cassandra.service.CassandraDaemon",
  ];
}
