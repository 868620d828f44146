import { expect, it } from "vitest";
import { holderOf } from "./holder-name.ts";

const SELF = { service: "gateway", host: "0.0.0.0", port: 50_051 };

it("names two containers that listen on the same address apart, and one the same after a restart", () => {
  expect(holderOf(SELF, "pod-1")).not.toBe(holderOf(SELF, "pod-2"));
  expect(holderOf(SELF, "pod-1")).toBe(holderOf({ ...SELF }, "pod-1"));
  expect(holderOf(SELF)).toBe(holderOf(SELF));
});

it("names two processes of one machine apart", () => {
  const others = [{ port: 50_052 }, { host: "127.0.0.1" }, { service: "post" }];
  for (const other of others) {
    expect(holderOf({ ...SELF, ...other }, "m")).not.toBe(holderOf(SELF, "m"));
  }
});
