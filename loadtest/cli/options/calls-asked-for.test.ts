import { expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { GREETER, GREETER_PROTO } from "../../calls/testing/greeter-server.ts";
import { preparedCalls } from "../run-calls.ts";
import { callsAskedFor } from "./calls-asked-for.ts";

/** As if all of these had been typed. */
const asked = (name: string | undefined, flags: Parameters<typeof callsAskedFor>[1]) =>
  callsAskedFor(name, flags, new Set(Object.keys(flags).filter((key) => !(key in NO_FLAGS))));

const NO_FLAGS = { arrivals: "poisson", rowsOrder: "in order" } as const;

it("names all scenarios there are, those of calls too, when one is unknown", async () => {
  await expect(asked("ycbs-a", NO_FLAGS)).rejects.toThrow(/steady, .*, ycsb-a, .*, feedsim/);
  expect(await asked("steady", NO_FLAGS)).toBeUndefined();
  expect(await asked("feedsim", NO_FLAGS)).toMatchObject({ kind: "calls" });
});

const URLS = { ...NO_FLAGS, target: ["http://127.0.0.1:1/"] };

it.each([
  [{ ...URLS, call: "a.b/C" }, /^--call: it is of gRPC, .* --request/],
  [
    { ...NO_FLAGS, target: ["127.0.0.1:1"], call: "a.b/C", request: "GET /" },
    /^--request: it is of HTTP, .* http:/,
  ],
  [{ ...NO_FLAGS, target: ["http://"] }, /^--target: "http:\/\/" is no URL: give one as http/],
  [{ ...URLS, data: "{bad" }, /^--data: it is no JSON: .* --header 'content-type/],
  [{ ...URLS, data: "{bad", header: ["Content-Type: application/json"] }, /^--data: it is no JSON/],
])("refuses what would be ignored, or be sent as it should not: %j", async (flags, message) => {
  await expect(asked(undefined, flags)).rejects.toThrow(message);
});

it("shows who a URL names, unless a token does", async () => {
  const shown = async (flags: object) =>
    (await asked(undefined, { ...URLS, ...flags }))?.target.headers;
  const target = ["http://ann:p%40ss@127.0.0.1:1/v1"];
  expect(await shown({ target })).toEqual({ authorization: "Basic YW5uOnBAc3M=" });
  expect(await shown({ target, token: "printf x" })).toBeUndefined();
  expect(await shown({})).toBeUndefined();
});

it("takes JSON with functions for a body, and what a content type says is none", async () => {
  const stepOf = async (flags: object) =>
    (await asked(undefined, { ...URLS, ...flags }))?.flows[0].steps[0];
  expect(await stepOf({ data: '{"n":"{{column "first name"}}"}' })).toMatchObject({
    data: { n: '{{column "first name"}}' },
  });
  const header = ["content-type: text/csv"];
  expect(await stepOf({ data: "a,{{uuid}}", header })).toMatchObject({ body: "a,{{uuid}}" });
});

it("refuses the client of gRPC for calls of HTTP", async () => {
  const scenario = await asked(undefined, URLS);
  expect(scenario).toBeDefined();
  if (scenario === undefined) return;
  const options = { driver: "grpc-js", generators: 1, maxOpen: 1 } as const;
  await expect(preparedCalls(scenario, options)).rejects.toThrow(/^--driver grpc-js: .*use raw/);
});

it("names the methods there are when none is asked for, of proto files too", async () => {
  const flags = { ...NO_FLAGS, target: ["127.0.0.1:1"], proto: [GREETER_PROTO] };
  await expect(asked(undefined, flags)).rejects.toThrow(
    `--call: which method? In what was given there are ${GREETER}/SayHello, ${GREETER}/SayHellos`,
  );
});

it.each([
  [
    "greeter/SayHello",
    `no service "greeter": by its whole name, package and all, there is ${GREETER}`,
  ],
  ["loadtest.GreeterService/SayHello", `there is ${GREETER}`],
  [`${GREETER}/SayHallo`, "there are SayHello, SayHellos"],
])("names services as they are called when one is unknown: %s", async (call, message) => {
  const flags = { ...NO_FLAGS, target: ["127.0.0.1:1"], proto: [GREETER_PROTO], call };
  const scenario = present(await asked(undefined, flags));
  const options = { driver: "raw", generators: 1, maxOpen: 1 } as const;
  await expect(preparedCalls(scenario, options)).rejects.toThrow(message);
});

it.each(["FOO", "FOO /v1", "CONNECT /v1"])(
  "refuses a request whose method is none of HTTP: %s",
  async (request) => {
    const scenario = present(await asked(undefined, { ...URLS, request }));
    const options = { driver: "raw", generators: 1, maxOpen: 1 } as const;
    await expect(preparedCalls(scenario, options)).rejects.toThrow(
      /request: "(FOO|CONNECT)" is no method of HTTP; there are GET, HEAD, POST/,
    );
  },
);
