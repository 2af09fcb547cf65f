/** What a message is for: a reader waits for a reply, nobody waits for a push. */
export type Priority = 'reply' | 'push';

export interface Pacer {
  /** Resolves when the message may go: a reply at once, a push when the budget has room for it. */
  take(priority: Priority): Promise<void>;
}

/**
 * One budget of `perSecond` messages for everything that is sent. Replies take from it without waiting, into debt if
 * need be, and pushes wait until the debt is paid: so replies go first and the sum stays at the rate.
 */
export function createPacer(perSecond: number, nowMs: () => number = () => performance.now()): Pacer {
  // Room for a burst of a second's worth would let two seconds' worth through in one; a small one keeps the average.
  const burst = Math.max(1, Math.ceil(perSecond / 10));
  let tokens = burst;
  let filledAt = nowMs();
  let line: Promise<void> = Promise.resolve();

  const refill = () => {
    const now = nowMs();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * perSecond);
    filledAt = now;
  };
  const waitForToken = async () => {
    for (refill(); tokens < 1; refill()) {
      const waitMs = Math.ceil(((1 - tokens) / perSecond) * 1_000);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    tokens -= 1;
  };
  return {
    take(priority) {
      if (priority === 'reply') {
        refill();
        tokens -= 1;
        return Promise.resolve();
      }
      line = line.then(waitForToken);
      return line;
    },
  };
}
