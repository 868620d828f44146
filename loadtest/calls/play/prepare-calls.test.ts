import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { GREETER, GREETER_PROTO, startGreeter } from "../testing/greeter-server.ts";
import { briefScenario, playHere, playScenarioHere } from "../testing/play-here.ts";
import { prepareCallPlay } from "./prepare-play.ts";

const say = (changes = {}) => ({
  method: `${GREETER}/SayHello`,
  data: { name: "Ada" },
  ...changes,
});

describe("rows", () => {
  it("are all tried before a run: one that lacks something is named", async () => {
    await using server = await startGreeter();
    const folder = await mkdtemp(join(tmpdir(), "load-rows-"));
    const file = join(folder, "rows.ndjson");
    try {
      await writeFile(file, '{"name":"Ada"}\n{"name":"Ann"}\n{"nam":"Bob"}\n');
      const target = { addresses: [`localhost:${server.port}`], protocol: "grpc" } as const;
      const flows = [{ steps: [say({ data: { name: "{{row.name}}" } })] }];
      const preparing = prepareCallPlay(briefScenario(target, flows, { rows: { file } }));
      await expect(preparing).rejects.toThrow(
        'rows: row 3 of 3: The rows have no "name"; there are nam.',
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("calls of any gRPC server", () => {
  it("finds methods by reflection, fills messages and checks answers", async () => {
    await using server = await startGreeter();
    const data = { name: "{{pick a b}}", user_id: "{{sequence 100}}" };
    const checks = ["$.text matches /^Hello, [ab]$/", "$.user_id >= 100"];
    const { operations, counters } = await playHere(server, [{ steps: [say({ data, checks })] }]);
    const [{ name, counts }] = operations;
    expect([name, counts.ok]).toEqual(["greeter.SayHello", counts.intended]);
    expect(counters.get("failed_checks")).toBe(0);
    const ids = server.greeted.map(({ user_id }) => Number(user_id));
    expect(ids.toSorted((a, b) => a - b)).toEqual(ids.map((_, i) => 100 + i));
  });

  it("gives a string field the text of what a function gives, a number field the number", async () => {
    await using server = await startGreeter();
    const data = { name: "{{random 32 32}}", times: "{{random 3 3}}" };
    await playHere(server, [{ steps: [say({ data })] }]);
    expect(server.greeted[0]).toMatchObject({ name: "32", times: 3 });
  });

  it.each([{}, { withoutReflection: true }])(
    "takes a field's name in JSON, by reflection or by proto files: %j",
    async (options) => {
      await using server = await startGreeter(options);
      const steps = [say({ data: { name: "Ada", userId: "5" } })];
      const protos = { files: [GREETER_PROTO] };
      await playHere(server, [{ steps }], options.withoutReflection ? { protos } : {});
      expect(server.greeted[0]).toMatchObject({ user_id: "5" });
    },
  );

  it("lists an enum's values for one that is none of them", async () => {
    await using server = await startGreeter();
    const steps = [say({ data: { manner: { mood: "RED" } } })];
    await expect(playHere(server, [{ steps }])).rejects.toThrow(
      /"RED".*; it is one of MOOD_UNSPECIFIED, MOOD_GLAD\./,
    );
  });

  it("counts answers that are not what they should be as failed, and says which", async () => {
    await using server = await startGreeter();
    const checks = ['$.text == "Hello, Bob"'];
    const { operations, counters, sentences } = await playHere(server, [
      { steps: [say({ checks })] },
    ]);
    const { counts } = operations[0];
    expect([counts.ok, counts.failed]).toEqual([0, counts.intended]);
    expect(counters.get("failed_checks")).toBe(counts.intended);
    expect(sentences[0]).toContain('$.text == "Hello, Bob" did not hold');
    expect(sentences[0]).toContain('first of status 0: {"text":"Hello, Ada"');
  });

  it("takes a threshold without a name for every call", async () => {
    await using server = await startGreeter();
    const target = { addresses: [`localhost:${server.port}`], protocol: "grpc" } as const;
    const flows = [{ steps: [say({ name: "a" }), say({ name: "b" })] }];
    const asked = briefScenario(target, flows, { thresholds: ["p99 < 1s", "failures == 0"] });
    const { scenario } = await prepareCallPlay(asked);
    expect(scenario.thresholds).toEqual(["p99(a) < 1s", "p99(b) < 1s", "failures == 0"]);
  });

  it("refuses a threshold on what nothing will measure, and says what to give", async () => {
    await using server = await startGreeter();
    const target = { addresses: [`localhost:${server.port}`], protocol: "grpc" } as const;
    const prepare = (threshold: string, ...names: readonly string[]) => {
      const flows = [{ steps: names.map((name) => say({ name })) }];
      return prepareCallPlay(briefScenario(target, flows, { thresholds: [threshold] }));
    };
    await expect(prepare("p99(flow) < 1s", "a")).rejects.toThrow(
      'nothing measures flow, for each flow is one call: give that, as "p99(a) < 1s". There are: a.',
    );
    await expect(prepare("failed(flow) < 1%", "a", "b")).rejects.toThrow(
      'nothing measures flow in shares: give a number of broken_flows, as "broken_flows == 0".',
    );
    expect((await prepare("p99(flow) < 1s", "a", "b")).scenario.thresholds.length).toBe(1);
  });

  it("counts no check of the warm-up", async () => {
    await using server = await startGreeter();
    const target = { addresses: [`localhost:${server.port}`], protocol: "grpc" } as const;
    const steps = [say({ checks: ['$.text == "Hello, Bob"'] })];
    const scenario = { ...briefScenario(target, [{ steps }]), warmUpSeconds: 1 };
    const { operations, counters, sentences } = await playScenarioHere(scenario);
    const { intended } = operations[0].counts;
    expect(server.greeted.length).toBeGreaterThan(intended);
    expect(counters.get("failed_checks")).toBe(intended);
    expect(sentences[0]).toContain(`did not hold ${intended} times`);
  });

  it("takes a status that is expected for good, and one that is not for a failure", async () => {
    await using server = await startGreeter();
    const nobody = { data: { name: "nobody" } };
    const { operations } = await playHere(server, [
      { steps: [say({ ...nobody, name: "expected", checks: ["status == NOT_FOUND"] })] },
      { steps: [say({ ...nobody, name: "unexpected" })] },
    ]);
    const [expected, unexpected] = operations;
    expect(expected.counts).toMatchObject({ failed: 0, ok: expected.counts.intended });
    expect(unexpected.statuses.get(5)).toBe(unexpected.counts.intended);
  });

  it("makes the next step of a flow of what an earlier one saved", async () => {
    await using server = await startGreeter();
    const first = say({ name: "first", save: { text: "$.text" } });
    const second = say({ name: "second", data: { name: "{{saved text}}!" }, thinkMs: [1, 5] });
    const played = await playHere(server, [{ group: "visit", steps: [first, second] }]);
    expect(played.operations.map(({ name }) => name)).toEqual(["visit.first", "visit.second"]);
    const { intended } = played.operations[0].counts;
    expect(played.operations.map(({ counts }) => counts.ok)).toEqual([intended, intended]);
    expect(server.greeted.filter(({ name }) => name === "Hello, Ada!").length).toBe(intended);
    expect(present(played.distributions.get("flow")).values.totalCount).toBe(intended);
  });

  it("goes no further in a flow that broke, and counts it", async () => {
    await using server = await startGreeter();
    const steps = [say({ data: { name: "nobody" } }), say({ name: "never" })];
    const { operations, counters } = await playHere(server, [{ steps }]);
    expect(operations[1].counts.intended).toBe(0);
    expect(counters.get("broken_flows")).toBe(operations[0].counts.intended);
  });

  it("speaks all kinds of streams", async () => {
    await using server = await startGreeter();
    const names = [{ name: "Ada" }, { name: "Bob" }];
    const { operations, sentences } = await playHere(server, [
      {
        steps: [
          say({
            method: `${GREETER}/SayHellos`,
            data: { name: "Ada", times: 3 },
            checks: ["count($[*]) == 3"],
          }),
          say({ method: `${GREETER}/GreetAll`, data: names, checks: ['$.text == "Ada and Bob"'] }),
          say({
            method: `${GREETER}/GreetEach`,
            data: names,
            checks: ['$[1].text == "Hello, Bob"'],
          }),
        ],
      },
    ]);
    expect(sentences).toEqual([]);
    for (const { counts } of operations) expect(counts.ok).toBe(operations[0].counts.intended);
  });

  it("ends a stream that would go on, after so many messages or so long", async () => {
    await using server = await startGreeter();
    const forever = { method: `${GREETER}/GreetForever` };
    const { operations, sentences } = await playHere(server, [
      { steps: [say({ ...forever, stopAfter: { messages: 3 }, checks: ["count($[*]) >= 3"] })] },
      { steps: [say({ ...forever, name: "brief", stopAfter: { ms: 30 } })] },
    ]);
    expect(sentences).toEqual([]);
    for (const { counts } of operations) expect(counts.ok).toBe(counts.intended);
  });

  it("sends metadata, and a token that a command prints", async () => {
    await using server = await startGreeter();
    const steps = [say({ checks: ['$.token == "Bearer sesame"'] })];
    const { sentences, operations } = await playHere(server, [{ steps }], {
      token: { command: "printf sesame" },
    });
    expect(sentences).toEqual([]);
    expect(operations[0].counts.failed).toBe(0);
  });
});

describe("a server that tells nothing to whoever shows no token", () => {
  it("is asked for its methods with the token that calls have", async () => {
    await using server = await startGreeter({ token: "ours" });
    const token = { command: "printf ours" };
    const { operations } = await playHere(server, [{ steps: [say()] }], { token });
    expect(operations[0].counts.ok).toBe(operations[0].counts.intended);
    await expect(playHere(server, [{ steps: [say()] }])).rejects.toThrow("UNAUTHENTICATED");
  });
});

describe("headers that can't be sent", () => {
  const preparing = async (headers: Readonly<Record<string, string>>, rows?: object) => {
    const folder = await mkdtemp(join(tmpdir(), "load-headers-"));
    const file = join(folder, "rows.ndjson");
    try {
      await writeFile(file, JSON.stringify(rows ?? {}));
      const target = { addresses: ["localhost:1"], protocol: "http/1.1" } as const;
      const steps = [{ request: "GET /", headers }];
      return await prepareCallPlay(briefScenario(target, [{ steps }], { rows: { file } }));
    } finally {
      await rm(folder, { recursive: true });
    }
  };

  it("are found before a run, by their names, whatever they hold", async () => {
    const value =
      "headers.x-user: a value is of printable ASCII, and this one has other characters";
    await expect(preparing({ "X-User": "Zoë" })).rejects.toThrow(value);
    const row = { user: "Zoë" };
    await expect(preparing({ "x-user": "{{row.user}}" }, row)).rejects.toThrow(
      `rows: row 1 of 1: ${value}`,
    );
    await expect(preparing({ "x user": "a" })).rejects.toThrow(
      'headers: "x user" is no name of one',
    );
    await preparing({ "x.user": "Zoe" });
  });
});
