/** Lets so many through at once; others wait. */
export interface Gate {
  /** Resolves to what has to be called at the end; to undefined when it took too long, too many wait, or the asker left. */
  enter(leaving?: AbortSignal): Promise<(() => void) | undefined>;
}

export interface GateOptions {
  readonly atOnce: number;
  readonly waitMs: number;
  /** How many may wait. */
  readonly mostWaiting: number;
}

/**
 * One at a time: two threads answer all searches (db/sqlite/search/thread-pool.ts), each for up to 1.1 s, and the bot's
 * readers are to find one free whatever comes in by HTTP. A light search takes some milliseconds.
 */
export const searchTurns: GateOptions = { atOnce: 1, waitMs: 1_000, mostWaiting: 50 };

export function createGate({ atOnce, waitMs, mostWaiting }: GateOptions): Gate {
  let inside = 0;
  const waiting = new Set<() => void>();
  const leave = () => {
    inside -= 1;
    const [next] = waiting;
    next?.();
  };
  const pass = () => {
    inside += 1;
    let hasLeft = false;
    return () => {
      if (!hasLeft) leave();
      hasLeft = true;
    };
  };
  return {
    async enter(leaving) {
      if (leaving?.aborted) return undefined;
      if (inside < atOnce) return pass();
      if (waiting.size >= mostWaiting) return undefined;
      return new Promise((resolve) => {
        const end = (isIn: boolean) => {
          clearTimeout(timer);
          waiting.delete(enter);
          leaving?.removeEventListener('abort', giveUp);
          resolve(isIn ? pass() : undefined);
        };
        const enter = () => end(true);
        const giveUp = () => end(false);
        const timer = setTimeout(giveUp, waitMs);
        leaving?.addEventListener('abort', giveUp, { once: true });
        waiting.add(enter);
      });
    },
  };
}
