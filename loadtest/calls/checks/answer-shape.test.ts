import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, it } from "vitest";
import { present } from "../../../services/model/invariant.ts";
import { loadApi } from "../../../tools/call/api.ts";
import { descriptorsFor } from "../methods/descriptors.ts";
import { GREETER, GREETER_PROTO, startGreeter } from "../testing/greeter-server.ts";
import { playHere } from "../testing/play-here.ts";
import { answerShapeOf, checkPath } from "./answer-shape.ts";

const NOWHERE = { address: "localhost:1", credentials: undefined as never };
const methods = new Map<string, Parameters<typeof answerShapeOf>[0]>();

beforeAll(async () => {
  const set = await descriptorsFor({ protos: { files: [GREETER_PROTO] } }, [], async () => NOWHERE);
  const greeter = createFileRegistry(fromBinary(FileDescriptorSetSchema, set));
  const api = await loadApi();
  for (const registry of [greeter, api]) {
    for (const type of registry) {
      if (type.kind !== "service") continue;
      for (const method of type.methods) methods.set(`${type.typeName}/${method.name}`, method);
    }
  }
});

const check = (method: string, path: string) => () =>
  checkPath(path, answerShapeOf(present(methods.get(method))));
const HELLO = `${GREETER}/SayHello`;
const HELLOS = `${GREETER}/SayHellos`;
const GET = "tidings.post.v1.PostService/BatchGetPosts";
const TYPE = "loadtest.greeter.v1.SayHelloResponse";

describe("what the type of an answer does not have is refused", () => {
  it.each([
    [HELLO, "$.txt", `${TYPE} has no field "txt"; there are text, user_id, token`],
    [HELLO, '$["txt"]', `${TYPE} has no field "txt"`],
    [HELLO, "$.userId", '"userId" is called as in the proto file here: "user_id"'],
    [HELLO, "$[0]", `[0] is asked of ${TYPE}, which is no list`],
    [HELLO, "$.text.length", '"length" is asked of a single value'],
    [HELLOS, "$.text", `"text" is asked of a list of ${TYPE}: [0] is its first, [*] are all`],
    [HELLOS, "$[*].txt", `${TYPE} has no field "txt"`],
    [HELLOS, "$[?@.txt == 5].text", `${TYPE} has no field "txt"`],
    [GET, "$.results[0].post.texts", 'tidings.post.v1.Post has no field "texts"; there are '],
    [GET, "$.results[?@.post.text == 'a' && @.writer].post_id", 'has no field "writer"'],
  ])("of %s: %s", (method, path, message) => {
    expect(check(method, path)).toThrow(message);
  });

  it.each([
    [HELLO, "$"],
    [HELLO, "$.text"],
    [HELLO, "$.*"],
    [HELLO, "$..anything"],
    [HELLOS, "$[*].text"],
    [HELLOS, "$[-1:].user_id"],
    [`${GREETER}/GreetAll`, "$.text"],
    [GET, "$.results[?@.post.text == 'a'].post.author_id"],
    [GET, "$.*[0].*.text"],
  ])("and what it may have is not: %s: %s", (method, path) => {
    expect(check(method, path)).not.toThrow();
  });

  it("before a call is made, in a check and in what is saved", async () => {
    await using server = await startGreeter();
    const step = { method: HELLO, data: { name: "Ada" } };
    const refused = (changes: object) =>
      expect(playHere(server, [{ steps: [{ ...step, ...changes }] }])).rejects;
    await refused({ checks: ["$.txt !exists"] }).toThrow(
      `flows[0].steps[0]: Check "$.txt !exists": ${TYPE} has no field "txt"`,
    );
    await refused({ save: { text: "$.txt" } }).toThrow(`save.text "$.txt": ${TYPE} has no field`);
    await refused({ save: { text: "txt" } }).toThrow('save.text "txt": txt is no JSONPath');
    expect(server.greeted).toEqual([]);
  });
});
