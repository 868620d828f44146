import { expect, it } from "vitest";
import { NumberedCalls } from "./numbered-calls.ts";
import { type Play, play } from "./play.ts";
import type { Fault } from "./tally.ts";
import type { FuzzTarget, Outcome, Random } from "./target.ts";

const FIRST = "/a.A/First";
const CALLS = 100;

/** Of each kind, all answering with `answers`. */
function targets(answers: (name: string, random: Random) => Promise<Outcome>): FuzzTarget[] {
  const made = (name: string, kind: FuzzTarget["kind"]) => ({
    name,
    kind,
    ask: (random: Random) => answers(name, random),
  });
  return [
    made(FIRST, "unary"),
    made("/a.A/Second", "unary"),
    made("/a.A/Stream", "stream"),
    made("GET /a", "route"),
  ];
}

const well = async () => ({ status: "OK" });
const never = new Promise<never>(() => {});
const plan = { seed: 16, calls: CALLS, broken: never };

async function played(options: Partial<Play>) {
  const told: Fault[] = [];
  const onFault = (fault: Fault) => void told.push(fault);
  const tally = await play({ ...plan, targets: targets(well), onFault, ...options });
  return { tally, told };
}

it("asks every target, in as many batches as it takes", async () => {
  const reached: number[] = [];
  const onBatch = async (_: unknown, next: number) => void reached.push(next);
  const { tally } = await played({ from: 7, batch: 40, onBatch });
  expect(reached).toEqual([47, 87, 107]);
  expect(tally.calls).toBe(CALLS);
  expect(tally.byStatus()).toEqual(new Map([["OK", CALLS]]));
  expect(tally.byTarget().map(([name]) => name)).toEqual(
    targets(well)
      .map(({ name }) => name)
      .sort(),
  );
});

it("ends with the batch in which it is asked to", async () => {
  const asked = new AbortController();
  const reached: number[] = [];
  const onBatch = async (_: unknown, next: number) => {
    reached.push(next);
    asked.abort();
  };
  const { tally } = await played({ batch: 30, signal: asked.signal, onBatch });
  expect([reached, tally.calls]).toEqual([[30], 30]);
});

it("makes the same call again by its number, whatever was asked before", async () => {
  const sent = new Map<number, string>();
  const record = (into: (line: string) => void) =>
    targets(async (name, random) => {
      into(`${name} ${random()} ${random()}`);
      return { status: "OK" };
    });
  const numbered = new NumberedCalls(
    plan.seed,
    record((line) => sent.set(sent.size, line)),
  );
  for (let number = 0; number < CALLS; number++) {
    await numbered.targetOf(number).ask(numbered.randomOf(number));
  }
  expect(new Set(sent.values()).size).toBe(CALLS);
  const alone: string[] = [];
  const again = record((line) => alone.push(line));
  for (const from of [3, 77, 99]) await played({ targets: again, from, calls: 1 });
  expect(alone).toEqual([3, 77, 99].map((number) => sent.get(number)));
});

it("tells the first fault of each target, and counts them all", async () => {
  const { tally, told } = await played({
    targets: targets(async (name) =>
      name === FIRST ? { status: "INTERNAL", fault: "it broke" } : { status: "OK" },
    ),
  });
  expect(told).toEqual([{ number: 0, target: FIRST, said: "it broke" }]);
  expect([tally.faulty, tally.calls]).toEqual([tally.byStatus().get("INTERNAL"), CALLS]);
});

it("ends where a process has ended, with the calls that it had", async () => {
  const broken = Promise.withResolvers<string>();
  const { told } = await played({
    broken: broken.promise,
    targets: targets((name) => {
      if (name !== FIRST) return well();
      broken.resolve("post ended");
      return never;
    }),
  });
  expect(told).toEqual([
    { number: 0, target: FIRST, said: expect.stringMatching(/^post ended; calls in flight: 0 /) },
  ]);
});

it("ends where a call is never answered", async () => {
  const { told } = await played({
    targets: targets((name) => (name === FIRST ? never : well())),
    unansweredMs: 1,
  });
  expect(told).toEqual([
    { number: 0, target: FIRST, said: expect.stringMatching(/^no answer to call 0; /) },
  ]);
});
