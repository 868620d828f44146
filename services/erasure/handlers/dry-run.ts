import type { ErasureServiceService } from "#gen/erasure/v1/erasure.ts";
import { createErasure } from "../../../erasure/erase.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { meshStore } from "../domain/mesh-store.ts";
import type { Holdings } from "../ports.ts";
import { userId } from "./arguments.ts";

/** What hangs on a person, by path. */
export function dryRun(holdings: Holdings): Handler<(typeof ErasureServiceService)["dryRun"]> {
  return async (request) => {
    const user = userId(request.userId);
    const { found, paths } = await createErasure(meshStore(user, holdings)).dryRun("users", user);
    // Only the id that was asked about: nobody has anything of such a person.
    if (found === 1) return { foundCount: 0n, paths: [] };
    return {
      foundCount: BigInt(found),
      paths: paths.map(({ tables, count, examples }) => ({
        tables: [...tables],
        count: BigInt(count),
        examples: examples.map(String),
      })),
    };
  };
}
