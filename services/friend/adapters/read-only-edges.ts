import { failedPrecondition } from "../../platform/grpc/errors/errors.ts";
import type { Consents, EdgeWriter } from "../ports.ts";

/** For a graph that is computed from a seed: nobody asks anybody, and nobody is hidden. */
export const READ_ONLY_EDGES: EdgeWriter & Consents = {
  add: async () => refuse(),
  remove: async () => refuse(),
  act: async () => refuse(),
  related: async () => [],
  hidden: async (_, others) => others.map(() => false),
};

function refuse(): never {
  throw failedPrecondition("this graph is computed from a seed: its edges cannot be changed");
}
