import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { present } from "../../services/model/invariant.ts";
import type { Overrides } from "./overrides.ts";
import { readScenario } from "./read-scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

const STEADY = present(SCENARIOS.get("steady"));
let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tidings-scenario-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(text: string, extension = "json"): Promise<string> {
  const path = join(folder, `mine-${files++}.${extension}`);
  await writeFile(path, text);
  return path;
}

async function problemsOf(given: object, overrides: Overrides = {}): Promise<readonly string[]> {
  const path = await file(JSON.stringify({ world: { people: 2_000 }, ...given }));
  const error = await readScenario(path, overrides).then(
    () => new Error("no problem at all"),
    (thrown: Error) => thrown,
  );
  return error.message
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
}

describe("scenarios", () => {
  it("come from a file too, with what most have where it says nothing", async () => {
    const given = { about: "mine", world: { people: 3_000 }, seconds: 7 };
    const expected = {
      ...STEADY,
      about: "mine",
      world: { people: 3_000, seed: 1 },
      seconds: 7,
    };
    const json = await file(JSON.stringify(given));
    const named = (path: string) => present(path.match(/(mine-\d+)\./))[1];
    expect(await readScenario(json, {})).toEqual({ ...expected, name: named(json) });
    const code = `const seconds: number = 7; export { given as default }; const given = { ...${JSON.stringify(given)}, seconds };`;
    const typed = await file(code, "ts");
    expect(await readScenario(typed, {})).toEqual({ ...expected, name: named(typed) });
  });

  it("take what is asked for beside them", async () => {
    const scenario = await readScenario("steady", {
      people: 2_000,
      seed: 5,
      mean: 60,
      dailyUsers: 9_000,
      owners: 4,
      seconds: 30,
      warmUp: 0,
      threshold: ["lost == 0"],
    });
    expect(scenario).toEqual({
      ...STEADY,
      world: { people: 2_000, seed: 5, meanFriends: 60 },
      dailyUsers: 9_000,
      slice: { kind: "owner", owners: 4 },
      seconds: 30,
      warmUpSeconds: 0,
      thresholds: ["lost == 0"],
    });
    expect(await readScenario("steady", {})).toEqual(STEADY);
    expect(await readScenario("rest", { streams: 50 })).toMatchObject({ streams: 50 });
  });
});

describe("a scenario that can't be run", () => {
  it("names each field that is wrong, where it is, and what is allowed", async () => {
    const problems = await problemsOf({
      dailyUser: 5,
      world: { people: 3, sed: 2 },
      seconds: 0.5,
      warmUpSeconds: -1,
      slice: { kind: "owner" },
      pace: { shape: "zigzag" },
      load: { kind: "sessions", via: "soap" },
      surges: [{ kind: "refresh", atSeconds: 1, people: 5, overSeconds: 1 }, "celebrity post"],
      faults: [{ kind: "kill", atSecond: 1, label: "", backAfterSeconds: 1 }],
      thresholds: [5],
    });
    expect(problems).toEqual([
      "dailyUser is not known here: known are name, about, world, slice, dailyUsers, pace, warmUpSeconds, seconds, load, streams, copies, surges, faults, thresholds.",
      "world.sed is not known here: known are people, seed, meanFriends.",
      "world.people: 3 is not a whole number from 100 to 2147483647.",
      "warmUpSeconds: -1 is not a whole number from 0 to 3600.",
      "seconds: 0.5 is not a whole number from 1 to 604800.",
      "thresholds[0]: 5 is not a text.",
      "slice.owners is missing: it is a whole number from 2 to 4096.",
      'pace.shape: "zigzag" is not known: it is one of constant, ramp, spike, steps.',
      'load.via: "soap" is not "grpc" or "rest".',
      "surges[0].atSecond is missing: it is a number from 0 to 604800.",
      "surges[0].atSeconds is not known here: known are kind, atSecond, people, overSeconds.",
      'surges[1]: "celebrity post" is not an object with "kind".',
      'faults[0].label: "" is not a text of 1 to 100 characters.',
    ]);
  });

  it.each([
    [
      "a surge after the end",
      { seconds: 10, surges: [{ kind: "refresh", atSecond: 9, people: 5, overSeconds: 3 }] },
      "surges[0]: it ends at second 12 of a run of 10 s; begin it earlier or make the run longer (--seconds 12).",
    ],
    [
      "a fault after the end",
      { seconds: 10, faults: [{ kind: "kill", atSecond: 8, label: "x", backAfterSeconds: 5 }] },
      "faults[0]: it ends at second 13 of a run of 10 s; begin it earlier or make the run longer (--seconds 13).",
    ],
    [
      "a spike outside of the run",
      { seconds: 10, pace: { shape: "spike", factor: 2, atSecond: 10, seconds: 2 } },
      "pace: it ends at second 12 of a run of 10 s; begin it earlier or make the run longer (--seconds 12).",
    ],
    [
      "no load at all",
      { pace: { shape: "ramp", from: 0, to: 0 } },
      "pace: it is 0 all the time, which is no load; give a factor above 0.",
    ],
    [
      "more steps than seconds",
      { seconds: 2, pace: { shape: "steps", factors: [1, 2, 3] } },
      "pace.factors: 3 steps in 2 s; each needs a second at least.",
    ],
    ["a rate of 0", { dailyUsers: 0 }, "dailyUsers: 0 is not a number from 1 to 1000000000000."],
    [
      "hardly any load",
      { dailyUsers: 1, seconds: 2 },
      "dailyUsers: 1 is 0.0009 calls in the 2 s of the run: ask for more, or make the run longer (--seconds).",
    ],
    [
      "more than this world can do",
      { dailyUsers: 1e11 },
      "dailyUsers, at the highest pace: daily users: 100000000000 is not a number from 1 to ",
    ],
    [
      "more people than there are",
      {
        world: { people: 1_000 },
        surges: [{ kind: "mass return", atSecond: 0, people: 800, overSeconds: 3 }],
      },
      "surges[0].people: of 1000 people 760 are not active; ask for fewer than 800, or make the world larger (--people).",
    ],
    [
      "more streams than people",
      { world: { people: 1_000 }, streams: 300 },
      "streams: of 1000 people 240 are active; ask for fewer than 300, or make the world larger (--people).",
    ],
    [
      "streams in an owner slice",
      { streams: 5, slice: { kind: "owner", owners: 4 } },
      'streams: the gateway of an owner slice can follow no timeline; use a slice of { "kind": "rate" }.',
    ],
    [
      "a threshold on nothing that is measured",
      { thresholds: ["p99(timeline.gte) < 50ms", "p99(lag) < 1s", "failed(posts.get) <= 1%"] },
      "thresholds[0]: timeline.gte is no operation of this scenario, which are timeline.get, posts.get, post.create.",
    ],
    [
      "a threshold that is none",
      { thresholds: ["p99(timeline.get) < 50"] },
      'thresholds[0]: Threshold "p99(timeline.get) < 50": the time has no unit; use us, ms, s or min.',
    ],
    [
      "a closed loop with a pace",
      { load: closed(), pace: { shape: "ramp", from: 1, to: 2 }, thresholds: [] },
      "load: callers of a closed loop go as fast as they are answered:",
    ],
    [
      "an owner slice of a mix",
      { load: closed(), slice: { kind: "owner", owners: 4 }, thresholds: [] },
      'slice: a closed load has no owner slice; use { "kind": "rate" }.',
    ],
    [
      "a method that is not there",
      { load: closed("tidings.post.v1.PostService/Creat"), thresholds: [] },
      'load.calls[0]: tidings.post.v1.PostService has no method "Creat"; there are CreatePost,',
    ],
    [
      "connections over REST",
      {
        load: { kind: "sessions", via: "rest" },
        thresholds: [],
        surges: [{ kind: "connections", atSecond: 1, connections: 5, overSeconds: 1 }],
      },
      'surges[0]: connections are opened over gRPC; use load.via "grpc".',
    ],
    [
      "a mean that the world has no room for",
      { world: { people: 1_000, meanFriends: 900 } },
      "world: ",
    ],
  ])("for %s says so, and what to do", async (_, given, problem) => {
    const [first, ...others] = await problemsOf(given);
    expect(first.slice(0, problem.length)).toBe(problem);
    expect(others).toEqual([]);
  });

  it("for more than can be sent says how much of it can", async () => {
    const surge = { kind: "hot viewer", atSecond: 0, seconds: 1, perSecond: 1e6 };
    const [first] = await problemsOf({ dailyUsers: 1e8, surges: [surge] });
    expect(first).toMatch(
      /^dailyUsers: 100000000, with its pace and surges, is 104\d{4} calls a second, and at most 1000000 can be sent: ask for 95% of it.$/,
    );
  });

  it("says what there is when it is no scenario, or can't be read", async () => {
    await expect(readScenario("stedy", {})).rejects.toThrow(
      "There is no scenario of this name: there are steady, owner,",
    );
    await expect(readScenario("/nowhere/my.json", {})).rejects.toThrow("It can't be read: ENOENT");
    await expect(readScenario(await file("{,}"), {})).rejects.toThrow("It can't be read: ");
    await expect(readScenario(await file("[]"), {})).rejects.toThrow("A scenario is an object");
    await expect(readScenario(await file("export {}", "ts"), {})).rejects.toThrow(
      "The default export is an object",
    );
  });
});

function closed(method = "tidings.post.v1.PostService/CreatePost") {
  return { kind: "closed", callers: 1, calls: [{ method, weight: 1, message: {} }] };
}
