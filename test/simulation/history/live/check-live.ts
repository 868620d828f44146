import { DegradedReason } from "#gen/timeline/v1/timeline.ts";
import type { UserId } from "../../../../services/model/ids.ts";
import type { Mesh } from "../../mesh/mesh.ts";
import { Life } from "../../mesh/network.ts";
import { readPage } from "../quiet.ts";
import { USERS } from "../steps.ts";
import type { Watch } from "./watch.ts";

const PAGE_ENTRIES = 7;
const MAX_TRIES = 40;
const RETRY_MS = 500;

/** On a quiet mesh: whoever follows a timeline has all that they are owed, soon. */
export async function checkLive(mesh: Mesh, watches: readonly Watch[]): Promise<void> {
  for (const watch of watches) watch.goOn();
  const waits = () => watches.filter(({ isOpen, lacks }) => !isOpen || lacks.length > 0);
  for (let tries = 0; waits().length > 0; tries++) {
    if (mesh.problems.length > 0) return;
    if (tries === MAX_TRIES) {
      const [{ viewer, isOpen, lacks }] = waits();
      const what = isOpen ? `lacks [${lacks}], and names nothing` : "never opens";
      return mesh.env.report(`quiet: a stream of ${viewer} ${what}`);
    }
    await mesh.advance(RETRY_MS);
    await mesh.settle();
  }
}

/** On a quiet mesh: how many are newer than an entry is how many a scroll shows above it. */
export async function checkCounts(mesh: Mesh): Promise<void> {
  for (const viewer of USERS) {
    for (let tries = 0; !(await isCounted(mesh, viewer)); tries++) {
      if (tries === MAX_TRIES)
        return mesh.env.report(`the counts of ${viewer} are degraded for ever`);
      await mesh.advance(RETRY_MS);
      await mesh.settle();
    }
  }
}

/** False while a page, or the count, says that something is missing that soon is not. */
async function isCounted(mesh: Mesh, viewer: UserId): Promise<boolean> {
  const { entries, degraded } = await readPage(mesh, {
    viewer,
    token: "",
    order: 1,
    limit: PAGE_ENTRIES,
  });
  if (degraded.length > 0) return false;
  for (const [above, { cursor, postId }] of entries.entries()) {
    const timeline = mesh.timelineOf(viewer);
    const serve = () => timeline.parts.count(viewer, cursor);
    const answer = await mesh.finish(mesh.env.network.call(new Life(), timeline.life, serve));
    const isCut = answer.degraded.includes(DegradedReason.BELOW_FLOOR);
    if (answer.degraded.length > (isCut ? 1 : 0)) return false;
    if (answer.count > above || (answer.count < above && !isCut))
      mesh.env.report(`quiet: counts ${answer.count} above ${postId} of ${viewer}, not ${above}`);
  }
  return true;
}
