import { once } from "node:events";
import type { LeaseNotices } from "../domain/leases/lease-notices.ts";
import type { Seated } from "../domain/seated.ts";
import type { LeaseSource } from "./lease-source.ts";

/** Leases from the coordinator in this process. */
export function localLeaseSource(seated: Seated, notices: LeaseNotices): LeaseSource {
  return {
    lease: (holder, asks, knownRevision) =>
      seated.use(async (now) => {
        const grants = await now.lease(holder, asks);
        return { grants, book: now.book.revision === knownRevision ? undefined : now.book };
      }),
    watch: async (holder, heard, signal) => {
      const stop = notices.watch(holder, heard);
      if (!signal.aborted) await once(signal, "abort");
      stop();
    },
    release: (holder, gone) => seated.use((now) => now.release(holder, gone)),
  };
}
