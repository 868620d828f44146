import { afterEach, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { SCENARIOS } from "../../scenarios/scenarios.ts";
import type { GeneratorPlan } from "./generator-plan.ts";
import { type GeneratorProcess, startGenerator } from "./generator-process.ts";
import { joinGenerators } from "./generator-processes.ts";

const NOWHERE = ["127.0.0.1:1"];
const PLAN: GeneratorPlan = {
  driver: "raw",
  connections: 1,
  maxOpen: 10,
  watchers: 0,
  scenario: { ...present(SCENARIOS.get("steady")), world: { people: 1_000, seed: 1 } },
  run: "test",
  generator: 1,
  generators: 2,
  target: {
    addresses: {
      gateway: NOWHERE,
      post: NOWHERE,
      friend: NOWHERE,
      timeline: NOWHERE,
      ranking: NOWHERE,
    },
    ownerByShard: Array.from({ length: 4_096 }, () => 0),
    tokenEnv: {},
  },
};

const started: GeneratorProcess[] = [];
afterEach(() => {
  for (const one of started.splice(0)) one[Symbol.dispose]();
});

function start(changes: Partial<GeneratorPlan> = {}): GeneratorProcess {
  const generator = startGenerator({ ...PLAN, ...changes });
  started.push(generator);
  return generator;
}

it("tells what to do when its target is not there", async () => {
  await expect(start().ready).rejects.toThrow("No answer from 127.0.0.1:1: is the target running?");
});

it("is lost when its process ends, and those who are left go on", async () => {
  const [first, second] = [start({ generator: 0 }), start()];
  const both = joinGenerators([first, second]);
  process.kill(second.pid, "SIGKILL");
  const what = `Generator 1 (process ${second.pid}) was ended by SIGKILL.`;
  expect(await both.lost).toBe(what);
  await expect(both.ready).rejects.toThrow();
  first.giveUp("is not wanted any more");
  await both.sent;
  expect(await both.parts).toEqual({
    parts: [],
    lost: ["Generator 0 is not wanted any more.", what],
  });
});
