/** How posts come to their readers, as TIDINGS_DELIVERY asks for it. Adaptive is neither: it is push, but for a few authors. */
export const DELIVERIES = ["push", "pull"] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** In a sentence, of what a mesh said of itself. */
export function deliveryText(delivery: Delivery): string {
  return delivery === "pull"
    ? "The mesh said that everybody's posts were pulled: pages were looked for in an index of them."
    : "The mesh said that posts were pushed to timelines.";
}
