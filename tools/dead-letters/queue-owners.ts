import { readConfig } from "../../services/platform/config/config.ts";
import { addressesVariable } from "../../services/platform/config/mesh.ts";
import { NEIGHBOURS, type ServiceName } from "../../services/platform/config/ports.ts";
import type { Environment } from "../../services/platform/config/variable.ts";
import { DomainError } from "../../services/platform/grpc/errors/errors.ts";
import type { Destination, EventBus } from "../../services/platform/messaging/bus.ts";
import { isTopic, subscriptionOf, type Topic } from "../../services/platform/messaging/topics.ts";

/** In whose process the queues of a topic are, with the embedded engines. */
const OWNERS: Readonly<Record<Topic, ServiceName>> = {
  posts: "post",
  edges: "friend",
  people: "friend",
  reactions: "engagement",
  erasures: "erasure",
};

function ownerOf(queue: Destination): ServiceName {
  const topic = isTopic(queue) ? queue : subscriptionOf(queue)?.topic;
  return topic === undefined ? "post" : OWNERS[topic];
}

/** Where a service is: as its variable says, or where the mesh of this TIDINGS_PORT_BASE has it. */
export function addressesOf(service: ServiceName, env: Environment): readonly string[] {
  return readConfig({ addresses: addressesVariable(service, env) }, env).addresses;
}

/** The bus, which says of a queue that can't be reached whose it is, where it was looked for, and what helps. */
export function namingOwners(
  bus: Pick<EventBus, "publish">,
  env: Environment,
): Pick<EventBus, "publish"> {
  return {
    publish: async (queue, payloads) => {
      try {
        await bus.publish(queue, payloads);
      } catch (error) {
        throw isSilent(error) ? new Error(remedyFor(queue, env), { cause: error }) : error;
      }
    },
  };
}

function isSilent(error: unknown): boolean {
  if (!(error instanceof DomainError) || error.reason !== undefined) return false;
  return error.code === "UNAVAILABLE" || error.code === "DEADLINE_EXCEEDED";
}

function remedyFor(queue: Destination, env: Environment): string {
  const owner = ownerOf(queue);
  const isNeighbour = NEIGHBOURS.some((name) => name === owner);
  const start = isNeighbour ? `npm start -- --with ${owner}` : "npm start";
  return (
    `the ${owner} service, which has the queue ${queue}, does not answer at ` +
    `${addressesOf(owner, env).join(",")}: start it (${start}), or say in ` +
    `TIDINGS_${owner.toUpperCase()}_ADDRESSES or TIDINGS_PORT_BASE where it is`
  );
}
