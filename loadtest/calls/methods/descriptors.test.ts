import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { GREETER, GREETER_PROTO, startGreeter } from "../testing/greeter-server.ts";
import { playHere } from "../testing/play-here.ts";
import { descriptorsFor } from "./descriptors.ts";
import { listMethods } from "./reflection.ts";

const hello = { steps: [{ method: `${GREETER}/SayHello`, data: { name: "Ada" } }] };

describe("methods", () => {
  it("are listed by reflection", async () => {
    await using server = await startGreeter();
    const address = `localhost:${server.port}`;
    const methods = await listMethods({ address, credentials: credentials.createInsecure() });
    const names = ["SayHello", "SayHellos", "GreetForever", "GreetAll", "GreetEach"];
    expect(methods).toEqual(names.map((name) => `${GREETER}/${name}`));
  });

  it("are asked for where somebody answers", async () => {
    const nobody = { address: "localhost:1", credentials: credentials.createInsecure() };
    await expect(listMethods(nobody)).rejects.toThrow(/^No answer from localhost:1: is the target/);
  });

  it("are found in proto files and in a descriptor set where there is no reflection", async () => {
    await using server = await startGreeter({ withoutReflection: true });
    await expect(playHere(server, [hello])).rejects.toThrow(
      "has no reflection: give its methods by --proto FILE or --descriptor-set FILE",
    );
    const folder = await mkdtemp(join(tmpdir(), "load-protos-"));
    try {
      const descriptorSet = join(folder, "greeter.binpb");
      const nowhere = { address: "localhost:1", credentials: credentials.createInsecure() };
      const protos = { files: [GREETER_PROTO] };
      await writeFile(descriptorSet, await descriptorsFor({ protos }, [], async () => nowhere));
      for (const methods of [{ protos }, { descriptorSet }]) {
        const { operations } = await playHere(server, [hello], methods);
        expect(operations[0].counts.ok).toBe(operations[0].counts.intended);
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each([
    [{ method: `${GREETER}/SayHallo` }, 'has no method "SayHallo"; there are SayHello'],
    [{ method: "no.Service/Method" }, `There are ${GREETER}.`],
    [
      { method: `${GREETER}/SayHello`, data: { nam: "Ada" } },
      "this is no loadtest.greeter.v1.SayHelloRequest",
    ],
    [{ method: `${GREETER}/SayHello`, data: { name: "{{row.x}}" } }, "give a file (--rows)"],
  ])("and messages are refused before any load: %j", async (step, message) => {
    await using server = await startGreeter();
    await expect(playHere(server, [{ steps: [step] }])).rejects.toThrow(message);
  });
});
