import { expect, it } from "vitest";
import {
  invalidArgument,
  NOT_OWNER,
  unavailable,
} from "../../../services/platform/grpc/errors/errors.ts";
import { Owners } from "./owners.ts";

const ADDRESSES = ["a:1", "b:1", "c:1"];
const notOwner = (owner?: string) =>
  unavailable("not mine", { reason: NOT_OWNER, metadata: owner ? { owner } : {} });

it("are those that the target named, until one says who it is now", () => {
  const owners = new Owners(ADDRESSES, (viewer) => viewer);
  expect([owners.of(0), owners.of(1)]).toEqual(["a:1", "b:1"]);
  owners.failed(1, "b:1", notOwner("a:1"));
  expect([owners.of(1), owners.of(0)]).toEqual(["a:1", "a:1"]);
});

it("that are gone lead to another, which knows", () => {
  const owners = new Owners(ADDRESSES, () => 2);
  owners.failed(5, "c:1", unavailable("no connection"));
  expect(owners.of(5)).toBe("a:1");
  // A call from before, and one that says nothing about owners.
  owners.failed(5, "b:1", unavailable("no connection"));
  owners.failed(5, "a:1", invalidArgument("limit", "is 0"));
  expect(owners.of(5)).toBe("a:1");
  owners.failed(5, "a:1", notOwner("elsewhere:1"));
  expect(owners.of(5)).toBe("b:1");
});
