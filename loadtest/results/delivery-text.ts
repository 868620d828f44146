import type { Delivery } from "../demand/delivery.ts";

/** In a sentence, of what a mesh said of itself. */
export function deliveryText(delivery: Delivery): string {
  return delivery === "pull"
    ? "The mesh said that everybody's posts were pulled: pages were looked for in an index of them."
    : "The mesh said that posts were pushed to timelines.";
}
