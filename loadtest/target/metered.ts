import { type Metered, scrapeAll } from "../../tools/mesh/scrape.ts";
import { pendingIn, settle } from "../../tools/mesh/settle.ts";
import type { LoadTarget } from "./target.ts";

/** What a target tells by its metrics pages, wherever it was started. */
export function meteredParts(mesh: Metered): Pick<LoadTarget, "metrics" | "pending" | "drained"> {
  const metrics = async () => {
    const pages = [...(await scrapeAll(mesh))];
    return new Map(pages.flatMap(([label, page]) => (page === undefined ? [] : [[label, page]])));
  };
  return {
    metrics,
    pending: async () => pendingIn((await metrics()).values()),
    drained: (boundMs) => settle(mesh, boundMs),
  };
}
