/** Literal words that a chat wants, or never wants, in what it gets. */
export interface Filter {
  /** The subscription that it is for; `everySubscription`: all of the chat's, keywords included. */
  readonly categoryId: number;
  /** As typed. One of them has to be there; empty: none has to. */
  readonly included: readonly string[];
  /** As typed. None of them may be there. */
  readonly excluded: readonly string[];
}

export const everySubscription = 0;
