/** Every limit of the bookstore that a caller can meet, units in the names. */

export const MAX_TITLE_BYTES = 300;
export const MAX_AUTHOR_BYTES = 300;
export const MAX_PRICE_CENTS = 100_000_000;
/** Of one AddBook or Restock. A book's counts stay exact up to a million such. */
export const MAX_COPIES_ADDED = 1_000_000_000;
export const MAX_COPIES_PER_LINE = 1_000;
export const MAX_ORDER_LINES = 20;
export const MAX_ORDERS_PER_CALL = 1_000;
export const MAX_KEY_BYTES = 64;
/** Deliveries of one book whose keys are remembered. */
export const MAX_RESTOCK_KEYS = 1_000;
/** Parts of orders of other shards that are over and still remembered, in each shard. */
export const MAX_SETTLED_PARTS = 100_000;
export const MIN_TTL_MS = 1_000;
export const MAX_TTL_MS = 86_400_000;
export const MAX_QUERY_BYTES = 200;
export const MAX_SEARCH_RESULTS = 100;
export const DEFAULT_SEARCH_RESULTS = 20;
export const MAX_LISTED_ORDERS = 200;
export const DEFAULT_LISTED_ORDERS = 20;
/** A thousand orders of twenty lines each do not fit: such a call says so, and is cut in two. */
export const MAX_MESSAGE_BYTES = 1_024 * 1_024;
