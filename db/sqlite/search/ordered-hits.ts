import { isBefore, type Ordered } from '../../search/order.js';

/** A document that the index gives for a query, not yet verified. */
export interface Candidate extends Ordered {
  readonly docid: number;
  /** The latest order time of all documents with smaller numbers. */
  readonly newestBefore: number;
  /** 1 when its ideographs can be looked for in the article as it is stored, else 0. */
  readonly isPlain: number;
}

/**
 * Brings candidates that come by falling document number into the order of lists. Documents are numbered as they arrive,
 * so a candidate is given out as soon as no later one can be newer. Lazy: an index in good order is read no further than
 * it is asked for.
 */
export function* newestFirst(candidates: Iterable<Candidate>): Generator<Candidate> {
  const waiting = new Heap();
  for (const candidate of candidates) {
    waiting.push(candidate);
    for (let top = waiting.top; top && top.orderAt > candidate.newestBefore; top = waiting.top) {
      waiting.pop();
      yield top;
    }
  }
  for (let top = waiting.pop(); top; top = waiting.pop()) yield top;
}

/** Binary heap with the newest candidate on top. */
class Heap {
  readonly #items: Candidate[] = [];

  get top(): Candidate | undefined {
    return this.#items[0];
  }

  push(candidate: Candidate): void {
    const items = this.#items;
    let at = items.length;
    items.push(candidate);
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = items[parentAt];
      if (!parent || !isBefore(candidate, parent)) break;
      items[at] = parent;
      at = parentAt;
    }
    items[at] = candidate;
  }

  pop(): Candidate | undefined {
    const items = this.#items;
    const top = items[0];
    const last = items.pop();
    if (!last || items.length === 0) return top;
    let at = 0;
    for (;;) {
      const leftAt = at * 2 + 1;
      const [left, right] = [items[leftAt], items[leftAt + 1]];
      if (!left) break;
      const [child, childAt] = right && isBefore(right, left) ? [right, leftAt + 1] : [left, leftAt];
      if (!isBefore(child, last)) break;
      items[at] = child;
      at = childAt;
    }
    items[at] = last;
    return top;
  }
}
