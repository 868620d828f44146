import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { READ_TIMEOUT_MS } from "../../../services/platform/storage/cql/open-client.ts";
import { cassandraYaml } from "./config-files.ts";
import { findAgent, parseJavaVersion, parsePomVersion } from "./installation.ts";
import { NODE_PROFILES, nodeProgram } from "./program.ts";

const place = {
  folder: "/data/cassandra",
  java: "java",
  jars: "/cache/cassandra",
  agent: "/cache/cassandra/jamm-0.4.0.jar",
  listenAddress: "127.0.0.1",
  cqlPort: 1001,
  storagePort: 1002,
  seeds: ["127.0.0.1:1002"],
  initialToken: "0",
};

/** Our YAML is a JSON value a line. */
function parseYaml(text: string): Record<string, unknown> {
  const entries = text
    .trimEnd()
    .split("\n")
    .map((line) => /^(\w+): (.*)$/.exec(line))
    .map((match) => [match?.[1], JSON.parse(match?.[2] ?? "")]);
  return Object.fromEntries(entries);
}

test("all folders are inside its own, all ports on its own address", () => {
  const yaml = parseYaml(cassandraYaml({ ...place, durability: "durable" }));
  const folders = Object.entries(yaml).filter(([name]) => /director(y|ies)$/.test(name));
  expect(folders.length).toBe(5);
  expect(
    folders.flatMap(([, path]) => path).filter((path) => !`${path}`.startsWith("/data/")),
  ).toEqual([]);
  expect(yaml).toMatchObject({
    listen_address: "127.0.0.1",
    rpc_address: "127.0.0.1",
    native_transport_port: 1001,
    storage_port: 1002,
    ssl_storage_port: 1003,
  });
});

test.each([
  ["shared", "batch", "-Xmx1024M", false],
  ["crashable", "batch", "-Xmx256M", false],
  ["fast", "periodic", "-Xmx256M", true],
] as const)("%s: commit log %s, %s, unsafe %s", (name, sync, heap, unsafe) => {
  const { files, command } = nodeProgram({ ...place, profile: NODE_PROFILES[name] });
  const yaml = parseYaml(files.find(({ path }) => path === "cassandra.yaml")?.text ?? "");
  expect(yaml.commitlog_sync).toBe(sync);
  expect(command.args).toContain(heap);
  expect(command.args.includes("-Dcassandra.unsafesystem=true")).toBe(unsafe);
});

test("small tables leave the memtables' memory to those that are written", () => {
  const yaml = parseYaml(cassandraYaml({ ...place, durability: "durable" }));
  expect(yaml.memtable_allocation_type).toBe("unslabbed_heap_buffers");
});

test("a node that serves for hours compiles what is hot once more", () => {
  const isOptimising = (profile: (typeof NODE_PROFILES)[keyof typeof NODE_PROFILES]) =>
    !nodeProgram({ ...place, profile }).command.args.includes("-XX:TieredStopAtLevel=1");
  expect(Object.values(NODE_PROFILES).map(isOptimising)).toEqual([true, false, false]);
});

test("no request ends before a service would give it up", () => {
  const yaml = parseYaml(cassandraYaml({ ...place, durability: "durable" }));
  const timeouts = Object.entries(yaml).filter(([name]) => name.endsWith("_timeout"));
  expect(timeouts.length).toBe(5);
  for (const [, timeout] of timeouts) {
    expect(Number.parseInt(`${timeout}`, 10) * 1_000).toBeGreaterThan(READ_TIMEOUT_MS);
  }
});

test("the main class comes after all that is meant for the JVM", () => {
  const { args } = nodeProgram({ ...place, profile: NODE_PROFILES.fast }).command;
  expect(args.at(-1)).toBe("org.apache.cassandra.service.CassandraDaemon");
  expect(args.filter((arg) => arg === "--add-exports").length).toBe(11);
  expect(args.filter((arg) => arg === "--add-opens").length).toBe(15);
});

test.each([
  ['openjdk version "17.0.15" 2025-04-15', "17"],
  ['openjdk version "11.0.2"', "11"],
  ['java version "1.8.0_292"', "1"],
  ["command not found", undefined],
])("%s is Java %s", (text, version) => {
  expect(parseJavaVersion(text)).toBe(version);
});

test("the pom names the version", async () => {
  const pom = await readFile(join(import.meta.dirname, "pom.xml"), "utf8");
  expect(parsePomVersion(pom)).toMatch(/^5\.0\.\d+$/);
  expect(() => parsePomVersion("<project/>")).toThrow(/names no version/);
});

test("the agent is found among the jars, and missed when it is not there", () => {
  expect(findAgent(["jna-5.13.0.jar", "jamm-0.4.0.jar"])).toBe("jamm-0.4.0.jar");
  expect(() => findAgent(["jna-5.13.0.jar"])).toThrow(/delete that folder/);
});
