import { describe, expect, it } from "vitest";
import { measuredFrom } from "../../measure/measured-json.ts";
import { prepareCallPlay } from "../play/prepare-play.ts";
import { GREETER, startGreeter } from "../testing/greeter-server.ts";
import { briefScenario } from "../testing/play-here.ts";
import { Coordinator } from "./coordinator.ts";
import { aheadOf, joinRun } from "./member.ts";

async function planFor(port: number) {
  const data = { name: "a", user_id: "{{sequence}}" };
  const scenario = briefScenario({ addresses: [`localhost:${port}`], protocol: "grpc" }, [
    { steps: [{ method: `${GREETER}/SayHello`, data }] },
  ]);
  const descriptors = Buffer.from((await prepareCallPlay(scenario)) ?? []).toString("base64");
  const generator = { driver: "raw", connections: 1, maxOpen: 1_000 } as const;
  return { scenario, descriptors, generator };
}

describe("several machines", () => {
  it("make their parts of one run, and it is merged", async () => {
    await using greeter = await startGreeter();
    const plan = await planFor(greeter.port);
    await using coordinator = await Coordinator.open({
      plan,
      machines: 2,
      host: "127.0.0.1",
      port: 0,
    });
    const members = ["one", "two"].map((command) => joinRun({ url: coordinator.url, command }));
    const parts = await Promise.all(members);
    const merged = await coordinator.result;
    expect(merged.failure).toBeUndefined();
    const intended = (json: typeof merged) =>
      measuredFrom(json.measured).operations[0].counts.intended;
    expect(parts.map(({ part }) => part?.index).sort()).toEqual([0, 1]);
    expect(intended(merged)).toBe(parts.reduce((sum, one) => sum + intended(one), 0));
    // Every call of the run was made once, by one of them.
    const ids = greeter.greeted.map(({ user_id }) => Number(user_id)).sort((a, b) => a - b);
    expect(ids).toEqual(ids.map((_, i) => i));
    const clocks = parts.map(({ measured }) => measured.startedAtMs);
    expect(Math.abs(clocks[0] - clocks[1])).toBeLessThan(1_000);
  });

  it("are refused without the secret, and when enough have joined", async () => {
    await using greeter = await startGreeter();
    const plan = await planFor(greeter.port);
    await using coordinator = await Coordinator.open({
      plan,
      machines: 1,
      host: "127.0.0.1",
      port: 0,
    });
    const { origin } = new URL(coordinator.url);
    await expect(joinRun({ url: `${origin}/guess`, command: "" })).rejects.toThrow("refuses");
    expect(Math.abs(await aheadOf(coordinator.url))).toBeLessThan(1_000);
    await joinRun({ url: coordinator.url, command: "" });
    await expect(joinRun({ url: coordinator.url, command: "" })).rejects.toThrow("needs no more");
  });
});
