import { failedPrecondition } from "../../platform/grpc/errors/errors.ts";
import type { EdgeWriter } from "../ports.ts";

/** For a graph that is computed from a seed. */
export const READ_ONLY_EDGES: EdgeWriter = {
  add: async () => refuse(),
  remove: async () => refuse(),
};

function refuse(): never {
  throw failedPrecondition("this graph is computed from a seed: its edges cannot be changed");
}
