import { expect, it, describe as suite } from "vitest";
import { ConfigError, readConfig } from "./config.ts";
import { describe } from "./describe.ts";
import { ADDRESSES, type ItemForm, NETWORKS, NODES, ORIGINS } from "./list-items.ts";
import { addressesVariable, portVariables } from "./mesh.ts";
import { defaultPorts } from "./ports.ts";
import { durationMs, flag, integer, list, oneOf, text } from "./variables.ts";

const spec = {
  port: integer("T_PORT", { default: 80, min: 1, max: 65_535, help: "where it listens" }),
  engine: oneOf("T_ENGINE", ["embedded", "cql"], { default: "embedded", help: "the engine" }),
  name: text("T_NAME", {
    help: "what it is called",
    pattern: /^[a-z]+$/,
    allowed: "small letters",
  }),
  peers: list("T_PEERS", ADDRESSES, { default: ["a:1"], maxItems: 2, help: "the others" }),
  isLoud: flag("T_LOUD", { default: false, help: "logs more" }),
  timeoutMs: durationMs("T_TIMEOUT", { default: 1_000, min: 10, max: 60_000, help: "patience" }),
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(spec, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
  }
  return [];
}

suite("readConfig", () => {
  it("gives typed values", () => {
    const env = {
      T_PORT: "8080",
      T_ENGINE: "cql",
      T_NAME: "tidings",
      T_PEERS: "a:1, b:2",
      T_LOUD: "true",
      T_TIMEOUT: "2s",
    };
    expect(readConfig(spec, env)).toEqual({
      port: 8_080,
      engine: "cql",
      name: "tidings",
      peers: ["a:1", "b:2"],
      isLoud: true,
      timeoutMs: 2_000,
    });
  });

  it("falls back where nothing, or nothing but spaces, is set", () => {
    expect(readConfig(spec, { T_NAME: "x", T_PORT: "  " })).toMatchObject({
      port: 80,
      engine: "embedded",
      peers: ["a:1"],
      isLoud: false,
      timeoutMs: 1_000,
    });
  });

  it("names every mistake at once: variable, value, what is allowed", () => {
    const env = {
      T_PORT: "99999",
      T_ENGINE: "mysql",
      T_PEERS: "a,,b",
      T_LOUD: "yes",
      T_TIMEOUT: "1 week",
    };
    expect(problemsOf(env)).toEqual([
      'T_PORT="99999" is out of range: a whole number from 1 to 65535',
      'T_ENGINE="mysql" is not known: one of embedded, cql',
      "T_NAME is not set: small letters",
      'T_PEERS="a,,b" has an empty item: 1 to 2 addresses, host:port (IPv6: [host]:port), separated by commas',
      'T_LOUD="yes" is neither: true or false',
      'T_TIMEOUT="1 week" has the wrong form: a length of time such as 250ms, 10s, 5m, 2h or 14d, from 10ms to 1m',
    ]);
  });

  it("checks what every process reads, too", () => {
    const env = { TIDINGS_PORT_BASE: "x", TIDINGS_LOG_LEVEL: "loud" };
    expect(problemsOf(env)).toEqual([
      'TIDINGS_PORT_BASE="x" is out of range: a whole number from 0 to 65000',
      'TIDINGS_LOG_LEVEL="loud" is not known: one of trace, debug, info, warn, error, silent',
      "T_NAME is not set: small letters",
    ]);
  });

  it.each([
    ["T_PORT", "1.5"],
    ["T_PORT", "0x1g"],
    ["T_NAME", "UPPER"],
    ["T_NAME", "x".repeat(1_025)],
    ["T_PEERS", "a,b,c"],
    ["T_TIMEOUT", "9"],
    ["T_TIMEOUT", "1h"],
  ])("refuses %s=%s", (name, value) => {
    expect(problemsOf({ T_NAME: "x", [name]: value })).toHaveLength(1);
  });

  it.each([
    ["500", 500],
    ["500ms", 500],
    ["2s", 2_000],
    ["1m", 60_000],
  ])("reads %s as %i ms", (value, ms) => {
    expect(readConfig(spec, { T_NAME: "x", T_TIMEOUT: value }).timeoutMs).toBe(ms);
  });
});

suite("items of lists", () => {
  const problemOf = (form: ItemForm, items: string) => {
    const parsed = list("T", form, { help: "" }).parse(items);
    return "problem" in parsed ? parsed.problem : undefined;
  };

  it("name one that a browser never sends, and what it sends", () => {
    const slash =
      'has "https://app.example/", which is never what a browser sends: https://app.example is';
    expect(problemOf(ORIGINS, "http://localhost:3000, https://app.example/")).toBe(slash);
  });

  it.each([
    ["https://app.example/path", ORIGINS],
    ["HTTPS://App.Example:443", ORIGINS],
    ["https://user@app.example", ORIGINS],
    ["https://*.example", ORIGINS],
    ["app.example", ORIGINS],
    ["app.example:3000", ORIGINS],
    ["file://", ORIGINS],
    ["*", ORIGINS],
    ["10.0.0.0/99", NETWORKS],
    ["fd00::/129", NETWORKS],
    ["10.0.0.0/0", NETWORKS],
    ["proxy.example", NETWORKS],
    ["127.0.0.1", ADDRESSES],
    ["a:65536", ADDRESSES],
    ["http://a:1", ADDRESSES],
    ["::1:50051", ADDRESSES],
    ["a b", NODES],
    ["a:b", NODES],
  ])("refuse %s", (item, form) => {
    expect(problemOf(form, item)).toContain(`has "${item}"`);
  });

  it.each([
    ["https://app.example,http://localhost:3000,capacitor://localhost", ORIGINS],
    ["10.0.0.7,10.0.0.0/8,::1,fd00::/8,loopback", NETWORKS],
    ["a:1,dns:///b:2,[::1]:3", ADDRESSES],
    ["10.0.0.1,10.0.0.2:9042", NODES],
  ])("take %s", (items, form) => {
    expect(problemOf(form, items)).toBeUndefined();
  });
});

suite("describe", () => {
  it("gives a row a variable, for a table", () => {
    expect(describe({ name: spec.name, peers: spec.peers })).toEqual([
      { name: "T_NAME", help: "what it is called", allowed: "small letters", default: undefined },
      {
        name: "T_PEERS",
        help: "the others",
        allowed: "1 to 2 addresses, host:port (IPv6: [host]:port), separated by commas",
        default: "a:1",
      },
    ]);
  });
});

suite("ports", () => {
  it("are well known by default", () => {
    const ports = defaultPorts({});
    expect(ports.gateway).toEqual({ port: 8_080, metricsPort: 9_464 });
    expect(ports.ranking).toEqual({ port: 50_054, metricsPort: 9_468 });
    expect(ports.growth).toEqual({ port: 50_065, metricsPort: 9_478 });
  });

  it("move together", () => {
    const ports = defaultPorts({ TIDINGS_PORT_BASE: "20000" });
    expect(ports.gateway).toEqual({ port: 20_000, metricsPort: 20_010 });
    expect(ports.timeline).toEqual({ port: 20_003, metricsPort: 20_013 });
    expect(ports.erasure).toEqual({ port: 20_021, metricsPort: 20_026 });
  });

  it("and addresses of a service follow, unless they are set", () => {
    const env = { TIDINGS_PORT_BASE: "20000", TIDINGS_POST_METRICS_PORT: "7" };
    const postSpec = { ...portVariables("post", env), friends: addressesVariable("friend", env) };
    expect(readConfig(postSpec, env)).toEqual({
      port: 20_001,
      metricsPort: 7,
      friends: ["127.0.0.1:20002"],
    });
  });
});
