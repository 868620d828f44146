import { expect, test } from "vitest";
import { waysToTry } from "./ways.ts";

test.each([
  { hasAddress: true, hasDocker: true, ways: ["address"] },
  { hasAddress: true, hasDocker: false, ways: ["address"] },
  { hasAddress: false, hasDocker: true, ways: ["docker", "local"] },
  { hasAddress: false, hasDocker: false, ways: ["local"] },
])("address $hasAddress, docker $hasDocker: $ways", ({ ways, ...facts }) => {
  expect(waysToTry(facts)).toEqual(ways);
});
