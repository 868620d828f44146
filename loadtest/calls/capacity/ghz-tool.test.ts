import { expect, it } from "vitest";
import { descriptorsFor } from "../methods/descriptors.ts";
import { reflectionOf } from "../play/open-call-driver.ts";
import { GREETER, GREETER_PROTO } from "../testing/greeter-server.ts";
import { briefScenario } from "../testing/play-here.ts";
import { ghzTool } from "./ghz-tool.ts";

it.each(["SayHellos", "GreetAll", "GreetEach"])("ghz is given no stream: %s", async (name) => {
  const protos = { files: [GREETER_PROTO] };
  const target = { addresses: ["localhost:1"], protocol: "grpc", protos } as const;
  const descriptors = await descriptorsFor(target, [GREETER], () => reflectionOf(target));
  const scenario = briefScenario(target, [{ steps: [{ method: `${GREETER}/${name}`, data: {} }] }]);
  const { signal } = new AbortController();
  const options = { descriptors, protosetFile: "nowhere/set.binpb", connections: 1, signal };
  await expect(ghzTool(scenario, options)).rejects.toThrow(
    "--driver ghz is not given streams here: use --driver raw.",
  );
});
