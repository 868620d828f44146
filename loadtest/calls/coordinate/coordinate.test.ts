import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import type { Clock } from "../../../services/platform/clock/clock.ts";
import { ManualClock } from "../../../services/platform/clock/manual-clock.ts";
import { measuredFrom } from "../../measure/measured-json.ts";
import { runFixture } from "../../report/testing/run-fixture.ts";
import { prepareCallPlay } from "../play/prepare-play.ts";
import type { CallSpec } from "../spec/call-scenario.ts";
import { GREETER, startGreeter } from "../testing/greeter-server.ts";
import { briefScenario } from "../testing/play-here.ts";
import { Coordinator } from "./coordinator.ts";
import { aheadOf, joinRun } from "./member.ts";
import { COORDINATOR, type Joined, type Start } from "./messages.ts";

const GENERATOR = { driver: "raw", connections: 1, maxOpen: 1_000 } as const;

async function planFor(port: number) {
  const data = { name: "a", user_id: "{{sequence}}" };
  const scenario = briefScenario({ addresses: [`localhost:${port}`], protocol: "grpc" }, [
    { steps: [{ method: `${GREETER}/SayHello`, data }] },
  ]);
  const { descriptors = [] } = await prepareCallPlay(scenario);
  const encoded = Buffer.from(descriptors).toString("base64");
  return { scenario, descriptors: encoded, generator: GENERATOR };
}

function planForNothing(step: CallSpec = { request: "GET /" }) {
  const target = { addresses: ["localhost:1"], protocol: "http/1.1" } as const;
  const scenario = briefScenario(target, [{ steps: [step] }]);
  return { scenario, descriptors: undefined, generator: GENERATOR };
}

async function openFor(
  machines: number,
  waiting: { clock?: Clock; joinMs?: number; plan?: ReturnType<typeof planForNothing> } = {},
): Promise<Coordinator> {
  const { plan = planForNothing() } = waiting;
  const where = { host: "127.0.0.1", port: 0 };
  return await Coordinator.open({ ...waiting, plan, machines, ...where });
}

/** As a machine asks. */
function askerOf({ url }: Coordinator) {
  return async (what: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${url}/${what}`, {
      ...(body && { method: "POST", body: JSON.stringify(body) }),
    });
    return await answer.json();
  };
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
    const { startAtMs } = (await askerOf(coordinator)("start")) as Start;
    for (const { measured } of parts) expect(measured.startedAtMs).toBeGreaterThan(startAtMs - 100);
  });

  it("begin when all are connected, however long that takes, and not before", async () => {
    await using coordinator = await openFor(2);
    const asked = askerOf(coordinator);
    await asked("join");
    await asked("join");
    expect(await asked("gathered")).toEqual({ machines: 2 });
    const starts: unknown[] = [];
    const start = asked("start").then((told) => starts.push(told));
    await asked("ready", { index: 0 });
    expect(starts).toEqual([]);
    await asked("ready", { index: 1 });
    await start;
    expect(starts).toEqual([{ startAtMs: expect.any(Number) }]);
  });

  it("are all told when one of them gives up before the begin", async () => {
    await using coordinator = await openFor(2);
    const asked = askerOf(coordinator);
    await asked("join");
    await asked("problem", { index: 0, problem: "the target does not answer here" });
    const other = joinRun({ url: coordinator.url, command: "" });
    const why = /Machine 1 \(.+, 127.0.0.1\) gave up: the target does not answer here/;
    await expect(other).rejects.toThrow(why);
    await expect(coordinator.result).rejects.toThrow(why);
  });

  it("are told where they can't be waited for", async () => {
    await using first = await openFor(1);
    const port = Number(new URL(first.url).port);
    const plan = planForNothing();
    const again = Coordinator.open({ plan, machines: 1, host: "127.0.0.1", port });
    await expect(again).rejects.toThrow(
      new RegExp(`^--host, --port: port ${port} of 127.0.0.1 can't be had \\(.*EADDRINUSE`),
    );
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

describe("a machine that never joins", () => {
  it("is waited for so long, and then all others hear that nobody began", async () => {
    const clock = new ManualClock();
    await using coordinator = await openFor(2, { clock, joinMs: 10_000 });
    const asked = askerOf(coordinator);
    await asked("join", { host: "host-a" });
    await clock.advance(9_000);
    await asked("alive", { index: 0 });
    await clock.advance(1_000);
    const why = "INCONCLUSIVE: No machine began. Only 1 of 2 machines joined within 10 s.";
    await expect(coordinator.result).rejects.toThrow(why);
    const told = await fetch(`${coordinator.url}/gathered`);
    expect([told.status, await told.text()]).toEqual([400, why]);
  });

  it("is not missed once it has joined in time", async () => {
    const clock = new ManualClock();
    await using coordinator = await openFor(2, { clock, joinMs: 10_000 });
    const asked = askerOf(coordinator);
    await asked("join");
    await asked("join");
    await clock.advance(11_000);
    for (const index of [0, 1]) await asked("ready", { index });
    expect(await asked("start")).toEqual({ startAtMs: expect.any(Number) });
  });
});

describe("a machine that dies", () => {
  const SILENCE_MS = 15_000;

  it("before all are connected ends the run, and is named", async () => {
    const clock = new ManualClock();
    await using coordinator = await openFor(2, { clock });
    const asked = askerOf(coordinator);
    await asked("join", { host: "host-a" });
    await asked("join", { host: "host-b" });
    await asked("ready", { index: 0 });
    await clock.advance(SILENCE_MS - 1_000);
    await asked("alive", { index: 0 });
    await clock.advance(SILENCE_MS - 1_000);
    const why =
      "INCONCLUSIVE: No machine began. Machine 2 (host-b, 127.0.0.1) has not been heard from for 15 s.";
    await expect(coordinator.result).rejects.toThrow(why);
    const told = await fetch(`${coordinator.url}/start`);
    expect([told.status, await told.text()]).toEqual([400, why]);
  });

  it("after the begin is named in a result of what the others measured, which is inconclusive", async () => {
    const clock = new ManualClock();
    await using coordinator = await openFor(2, { clock });
    const asked = askerOf(coordinator);
    const joined = (await asked("join", { host: "host-a" })) as Joined;
    await asked("join", { host: "host-b" });
    for (const index of [0, 1]) await asked("ready", { index });
    const { run, index, of } = joined;
    await asked("result", {
      ...runFixture({ thresholds: ["lost == 0"] }),
      part: { run, index, of },
    });
    await clock.advance(SILENCE_MS);
    const { verdict, failure, generators } = await coordinator.result;
    expect(verdict.outcome).toBe("inconclusive");
    expect(verdict.reasons).toEqual([
      "INCONCLUSIVE: Machine 2 (host-b, 127.0.0.1) has not been heard from for 15 s.",
    ]);
    expect([failure, generators]).toEqual([undefined, 1]);
  });

  it("with all others leaves nothing, which is said", async () => {
    const clock = new ManualClock();
    await using coordinator = await openFor(1, { clock });
    const asked = askerOf(coordinator);
    await asked("join", { host: "host-a" });
    await asked("ready", { index: 0 });
    await clock.advance(SILENCE_MS);
    const why =
      "INCONCLUSIVE: Nothing was measured. Machine 1 (host-a, 127.0.0.1) has not been heard";
    await expect(coordinator.result).rejects.toThrow(why);
  });

  it("is told from one whose calls are answered late, which says that it is there", async () => {
    const clock = new ManualClock();
    const plan = planForNothing({ request: "GET /", timeoutMs: 600_000 });
    await using coordinator = await openFor(1, { clock, plan });
    const asked = askerOf(coordinator);
    const { run, index, of } = (await asked("join", {})) as Joined;
    await asked("ready", { index });
    for (let seconds = 0; seconds < 300; seconds += 10) {
      await clock.advance(10_000);
      await asked("alive", { index });
    }
    await asked("result", { ...runFixture({}), part: { run, index, of } });
    expect((await coordinator.result).part?.run).toBe(run);
  });

  it("is told from one that waits, which says that it is there", async () => {
    const { promise: isAlive, resolve } = Promise.withResolvers<void>();
    const server = createServer(async (request, response) => {
      response.setHeader("server", COORDINATOR);
      const what = request.url?.slice(1);
      if (what === "alive") resolve();
      if (what === "join") response.end(JSON.stringify({ index: 0, of: 2, aliveEveryMs: 1 }));
      else if (what !== "gathered") response.end("{}");
      else {
        await isAlive;
        response.writeHead(400).end("it was heard from");
      }
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    try {
      const { port } = server.address() as AddressInfo;
      const joining = joinRun({ url: `http://127.0.0.1:${port}`, command: "" });
      await expect(joining).rejects.toThrow("it was heard from");
    } finally {
      server.close();
    }
  });
});
