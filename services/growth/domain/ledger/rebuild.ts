import { sortByRevenue } from "./sort-by-revenue.ts";

/** Everything that follows from what users came with and who brought them. */
export interface Rebuilt {
  /** By user: its own revenue and that of those it brought directly. */
  readonly revenues: Float64Array;
  /** By user: its depth. */
  readonly levels: Uint32Array;
  /** Users in an order in which all that a user brought follow it. */
  readonly tour: Uint32Array;
  /** Users by (revenue, user). */
  readonly order: Uint32Array;
}

/**
 * In a few passes over the columns, which are by user. A referrer has a lower id than whom it brought, so
 * a pass from the last user to the first knows the size of each subtree when it comes to its root, and
 * one from the first to the last knows where each begins: no walk along referrals, however long.
 */
export function rebuild(ownRevenues: Float64Array, referrers: Uint32Array, count: number): Rebuilt {
  const revenues = ownRevenues.slice(0, count + 1);
  const sizes = new Uint32Array(count + 1).fill(1);
  for (let user = count; user > 0; user--) {
    const referrer = referrers[user];
    sizes[referrer] += sizes[user];
    revenues[referrer] += ownRevenues[user];
  }
  const levels = new Uint32Array(count + 1);
  const tour = new Uint32Array(count);
  // By user: where the subtree of the next one it brought begins. User 0 stands for nobody.
  const next = new Uint32Array(count + 1);
  for (let user = 1; user <= count; user++) {
    const referrer = referrers[user];
    const at = next[referrer];
    next[referrer] = at + sizes[user];
    next[user] = at + 1;
    tour[at] = user;
    if (referrer !== 0) levels[user] = levels[referrer] + 1;
  }
  return { revenues, levels, tour, order: sortByRevenue(revenues, count) };
}
