import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { policiesOf } from "../../../services/platform/messaging/rabbit/topology.ts";
import { startPrivateBroker } from "../../../tools/engines/private/private.ts";
import { runTool } from "../../../tools/engines/processes/spawning.ts";
import { brokerEnvironment } from "../../../tools/engines/rabbitmq/environment.ts";
import { installRabbitmq } from "../../../tools/engines/rabbitmq/installation.ts";
import { policyCommands, setPolicies } from "../../../tools/engines/rabbitmq/policies.ts";
import { runningBroker } from "../../support/engines/rabbit-bus.ts";

const isWanted = (await runningBroker()) !== undefined;
const BOUND_MS = 120_000;

describe.skipIf(!isWanted)("the limits of queues", () => {
  it("are set at a broker of ours, twice as well as once", { timeout: BOUND_MS }, async () => {
    const folder = await mkdtemp(join(tmpdir(), "tidings-policies-"));
    await using cleanUp = new AsyncDisposableStack();
    cleanUp.defer(() => rm(folder, { recursive: true, force: true }));
    const broker = cleanUp.use(await startPrivateBroker({ folder }));
    const installation = await installRabbitmq(() => {});
    const amqpPort = Number(new URL(broker.address).port);
    const ports = { amqpPort, distributionPort: amqpPort + 1, epmdPort: amqpPort + 2 };
    const place = { folder, installation, ...ports };
    await setPolicies(place, "tidings");
    await setPolicies(place, "tidings");
    const list = ["list_policies", "--quiet", "--formatter", "json"];
    const tool = join(installation, "sbin", "rabbitmqctl");
    const said = await runTool(tool, list, { env: brokerEnvironment(place) });
    const set: { name: string; pattern: string; definition: string }[] = JSON.parse(said);
    expect(
      set.map(({ name, pattern, definition }) => ({
        name,
        pattern,
        definition: JSON.parse(definition),
      })),
    ).toEqual(expect.arrayContaining([...policiesOf("tidings")]));
    expect(set).toHaveLength(3);
  });
});

it("stand as commands in the README of the engines, for a broker of somebody else", async () => {
  const { readFile } = await import("node:fs/promises");
  const readme = await readFile(
    join(import.meta.dirname, "../../../tools/engines/README.md"),
    "utf8",
  );
  const text = readme.replaceAll("\\\n", "").replaceAll(/ +/g, " ");
  for (const words of policyCommands("tidings")) {
    for (const word of words) expect(text).toContain(word);
  }
});
