import { describe, expect, it } from "vitest";
import { findCeiling, newCall } from "./ceiling.ts";
import { type CeilingDriver, ceilingFor } from "./ceiling-for.ts";
import type { Call, Driver } from "./driver.ts";

const SHORT = { warmUpMs: 20, measureMs: 50 };
const REQUEST = { method: "GET", path: "/v1/timeline" };

describe("the ceiling of a driver", () => {
  it.each(["raw", "grpc-js", "rest"] as const)("is found for %s, once", async (name) => {
    const text = name === "rest" ? JSON.stringify(REQUEST) : "\x08\x07";
    const mix = [
      { weight: 3, message: Buffer.from(text), answerBytes: 1_000 },
      { weight: 1, message: Buffer.from(text) },
    ];
    const ceiling = ceilingFor(name, mix, SHORT);
    expect((await ceiling).perSecond).toBeGreaterThan(0);
    expect((await ceiling).cpuMicrosPerCall).toBeGreaterThan(0);
    expect(ceilingFor(name, mix, SHORT)).toBe(ceiling);
    expect(ceilingFor(name, mix.slice(1), SHORT)).not.toBe(ceiling);
    await ceilingFor(name, mix.slice(1), SHORT);
  });

  it("is not kept when it was not found", async () => {
    const find = (name: CeilingDriver) => ceilingFor(name, [], SHORT);
    await expect(find("raw")).rejects.toThrow("at least one call with a weight above 0");
    await expect(find("raw")).rejects.toThrow("at least one call with a weight above 0");
  });

  it("is not that of a server that refuses", async () => {
    const refusing: Driver = {
      name: "refusing",
      capacity: 1,
      send: (_: Call, done) => done(14, undefined),
      cancel: () => undefined,
      close: () => undefined,
    };
    const callOf = () => newCall(new Uint8Array());
    await expect(findCeiling({ driver: refusing, callOf, ...SHORT })).rejects.toThrow(
      "refusing: the null server answered 14",
    );
  });
});
