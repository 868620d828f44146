import type { ErasureServiceService } from "#gen/erasure/v1/erasure.ts";
import { createErasure } from "../../../erasure/erase.ts";
import type { Handler } from "../../platform/grpc/call.ts";
import { failedPrecondition } from "../../platform/grpc/errors/errors.ts";
import type { Hashes } from "../domain/hashes.ts";
import type { Jobs } from "../domain/jobs.ts";
import { meshStore } from "../domain/mesh-store.ts";
import type { Holdings } from "../ports.ts";
import { jobOf, userId } from "./arguments.ts";
import { certificateMessage } from "./job-message.ts";

interface VerifyDeps {
  readonly jobs: Jobs;
  readonly hashes: Hashes;
  readonly holdings: Holdings;
}

/** Checks a certificate, and looks everywhere once more. */
export function verifyErasure({
  jobs,
  hashes,
  holdings,
}: VerifyDeps): Handler<(typeof ErasureServiceService)["verifyErasure"]> {
  return async (request) => {
    const user = userId(request.userId);
    const { certificate, state, jobId } = await jobOf(jobs, request.jobId);
    if (!certificate)
      throw failedPrecondition(`job ${jobId} is ${state}: it has no certificate yet`);
    const authentic = hashes.isAuthentic(certificate, user);
    const shown = certificateMessage(certificate);
    if (!authentic) return { authentic, verified: false, found: [], certificate: shown };
    const erasure = createErasure(meshStore(user, holdings, { timeline: "unasked" }));
    const { tables } = await erasure.dryRun("users", user);
    const found = Object.entries(tables).flatMap(([table, count]) =>
      table === "users" ? [] : [{ table, deletedCount: BigInt(count), itemsHash: "" }],
    );
    return { authentic, verified: found.length === 0, found, certificate: shown };
  };
}
