/**
 * What decides between push and pull, on the engines of this mesh: a delivery, whole path, against one friend
 * more on a page that is read from the index, microseconds of server CPU (docs/push-or-pull.md).
 */
export const DELIVERY_COSTS = { deliveryUs: 3.1, friendOfPageUs: 0.26 } as const;

export interface AuthorRates {
  readonly postsADay: number;
  /** Pages that one of their friends reads on a day, on average. */
  readonly pagesADay: number;
}

/** How much is read at a timeline process, to tell who decides by it. */
export interface ReadsKnown {
  readonly pagesADay: number;
  readonly viewers: number;
}

/**
 * Whether an author's posts cost less when their friends look for them. How many friends they have does not
 * matter: each of them costs a delivery a post, or a look a page.
 */
export function isCheaperPulled({ postsADay, pagesADay }: AuthorRates): boolean {
  return postsADay * DELIVERY_COSTS.deliveryUs > pagesADay * DELIVERY_COSTS.friendOfPageUs;
}
