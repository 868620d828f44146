import { expect, it } from "vitest";
import { describeMachine } from "../../target/describe-machine.ts";
import { prepareCallPlay } from "../play/prepare-play.ts";
import { GREETER, startGreeter } from "../testing/greeter-server.ts";
import { briefScenario } from "../testing/play-here.ts";
import { callsAsTarget } from "./calls-as-target.ts";

it("asks in each step what was never asked before, by two generators too", async () => {
  await using server = await startGreeter();
  const address = `localhost:${server.port}`;
  const data = { name: "{{uuid}}", user_id: "{{sequence 1}}" };
  const steps = [{ method: `${GREETER}/SayHello`, data }];
  const scenario = briefScenario({ addresses: [address], protocol: "grpc" }, [{ steps }]);
  const target = callsAsTarget({
    ...(await prepareCallPlay(scenario)),
    machine: describeMachine(),
    command: "a test",
    generators: 2,
    generator: { driver: "raw", connections: 1, maxOpen: 100 },
  });
  for (const load of [40, 20]) await target.hold(load, 0.5);
  const { greeted } = server;
  expect(greeted.length).toBe(30);
  expect(new Set(greeted.map(({ name }) => name)).size).toBe(30);
  const ids = greeted.map(({ user_id }) => Number(user_id)).sort((a, b) => a - b);
  expect(ids).toEqual(ids.map((_, i) => i + 1));
});
