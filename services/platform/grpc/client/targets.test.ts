import { describe, expect, it } from "vitest";
import { replicasOf, targetsOf } from "./targets.ts";

describe("targets", () => {
  it("gather addresses of one family, and keep names apart", () => {
    const addresses = ["10.0.0.1:1", "post:2", " 10.0.0.2:1", "[::1]:3", "dns:///friend:4"];
    expect(targetsOf(addresses)).toEqual([
      "ipv4:10.0.0.1:1,10.0.0.2:1",
      "ipv6:[::1]:3",
      "dns:///post:2",
      "dns:///friend:4",
    ]);
  });

  it.each(["localhost", "host:", "a:b:1", "http://x:1", ""])("refuse %j, saying why", (address) => {
    expect(() => targetsOf([address])).toThrow(`address "${address}" is not host:port`);
  });

  it("refuse an empty list", () => {
    expect(() => targetsOf([])).toThrow("no address");
  });
});

describe("replicas", () => {
  it("are addresses as they are, and as many for a name as it has", async () => {
    const addresses = ["10.0.0.1:1", "[::1]:3", "dns:///post:2"];
    const named = async (host: string) => (host === "post" ? ["10.0.0.2", "fd00::2"] : []);
    expect([...(await replicasOf(addresses, named))]).toEqual([
      "10.0.0.1:1",
      "[::1]:3",
      "10.0.0.2:2",
      "[fd00::2]:2",
    ]);
  });
});
