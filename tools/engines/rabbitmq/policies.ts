/** The limits of the queues, given to a broker as policies. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  policiesOf,
  type QueuePolicy,
} from "../../../services/platform/messaging/rabbit/topology.ts";
import { runTool } from "../processes/spawning.ts";
import { type BrokerPlace, brokerEnvironment } from "./environment.ts";

const WITHIN_MS = 60_000;

/** Sets them at a broker that runs as a process of ours. An Erlang that starts takes seconds: one for all. */
export async function setPolicies(place: BrokerPlace, prefix: string): Promise<void> {
  const file = join(place.folder, "policies.json");
  await writeFile(
    file,
    JSON.stringify({ policies: policiesOf(prefix, versionOf(place)).map(defined) }),
  );
  const tool = join(place.installation, "sbin", "rabbitmqctl");
  const options = { env: brokerEnvironment(place), withinMs: WITHIN_MS };
  await runTool(tool, ["import_definitions", file], options);
}

/** The same by hand, a command a policy. */
export function policyCommands(prefix: string): readonly (readonly string[])[] {
  return policiesOf(prefix).map(({ name, pattern, definition }) => [
    "rabbitmqctl",
    "set_policy",
    "--apply-to",
    "queues",
    name,
    pattern,
    JSON.stringify(definition),
  ]);
}

/** Of the broker, as the folder of its installation says: rabbitmq_server-3.10.8. */
function versionOf({ installation }: BrokerPlace): string {
  return installation.split("rabbitmq_server-").at(-1) ?? "";
}

/** A policy as definitions files have it. */
function defined({ name, pattern, definition }: QueuePolicy) {
  return { vhost: "/", name, pattern, "apply-to": "queues", priority: 0, definition };
}
