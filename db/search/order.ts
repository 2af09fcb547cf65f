/** A document's place in lists. */
export interface Ordered {
  readonly articleId: number;
  /** UTC ms. */
  readonly orderAt: number;
}

/** Newest first; among equals the article that came last. */
export function isBefore(a: Ordered, b: Ordered): boolean {
  return a.orderAt > b.orderAt || (a.orderAt === b.orderAt && a.articleId > b.articleId);
}
