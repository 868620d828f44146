import { deliveryUs, type MeshShape } from "./strategies.ts";
import { indexPageUs, UNIT_COSTS } from "./unit-costs.ts";

/**
 * 0: pull is always cheaper. Posts of one friend for each page read at which push and pull cost the same for somebody with so many
 * friends, all of whom are active: above it pull is cheaper. Following the log costs each post once an owner.
 */
export function crossing(friends: number, shape: MeshShape): number {
  const ringUs = UNIT_COSTS.ringPageUs - UNIT_COSTS.callUs;
  const pulledUs = indexPageUs(friends) - ringUs;
  const pushedUs = friends * deliveryUs(friends, shape);
  // A post has as many readers as its author has friends, who share what following it costs.
  const followedUs = shape.owners * UNIT_COSTS.followUs;
  if (pulledUs <= 0) return 0;
  return pushedUs > followedUs ? pulledUs / (pushedUs - followedUs) : Number.POSITIVE_INFINITY;
}
