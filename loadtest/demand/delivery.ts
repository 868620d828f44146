/** How posts come to their readers, as TIDINGS_DELIVERY asks for it. Adaptive is neither: it is push, but for a few authors. */
export const DELIVERIES = ["push", "pull"] as const;
export type Delivery = (typeof DELIVERIES)[number];
