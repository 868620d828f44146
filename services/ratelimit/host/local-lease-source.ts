import type { Seated } from "../domain/seated.ts";
import type { LeaseSource } from "./lease-source.ts";

/** Leases from the coordinator in this process. */
export function localLeaseSource(seated: Seated): LeaseSource {
  return {
    lease: (holder, asks, knownRevision) =>
      seated.use(async (now) => {
        const grants = await now.lease(holder, asks);
        return { grants, book: now.book.revision === knownRevision ? undefined : now.book };
      }),
    release: (holder, paths) => seated.use((now) => now.release(holder, paths)),
  };
}
