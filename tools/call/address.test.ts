import { expect, test } from "vitest";
import { addressOf } from "./address.ts";

test("a process is where the variables of the mesh say", () => {
  expect(addressOf("timeline", {})).toBe("127.0.0.1:50053");
  expect(addressOf("friend", { TIDINGS_PORT_BASE: "9000" })).toBe("127.0.0.1:9002");
  expect(addressOf("post", { TIDINGS_POST_ADDRESSES: "a:1,b:2" })).toBe("a:1");
});

test("a service without a process of its own needs to be told which", () => {
  expect(() => addressOf("health", {})).toThrow("--on post|friend|timeline|ranking");
});
