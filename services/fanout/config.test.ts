import { describe, expect, it } from "vitest";
import { readFanoutConfig } from "./config.ts";

describe("the worker's configuration", () => {
  it("finds the mesh of a port base without being told more", () => {
    const config = readFanoutConfig({ TIDINGS_PORT_BASE: "20000" });
    expect(config).toMatchObject({
      engine: "embedded",
      postAddresses: ["127.0.0.1:20001"],
      friendAddresses: ["127.0.0.1:20002"],
      timelineAddresses: ["127.0.0.1:20003"],
      metricsPort: 20_015,
    });
  });

  it("names every mistake at once", () => {
    const env = { TIDINGS_FANOUT_PREFETCH: "0", TIDINGS_AMQP_PREFIX: "a b", TIDINGS_ENGINE: "x" };
    expect(() => readFanoutConfig(env)).toThrow(
      /TIDINGS_ENGINE[\s\S]*TIDINGS_AMQP_PREFIX[\s\S]*TIDINGS_FANOUT_PREFETCH/,
    );
  });
});
