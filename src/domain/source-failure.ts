/** A source that cannot be read for now: its server or the way there. The message is shown to operators, so it holds no secret. */
export class SourceFailure extends Error {
  /** The server asked not to be called before. */
  readonly notBefore: Date | undefined;

  constructor(message: string, options: { readonly cause?: unknown; readonly notBefore?: Date | undefined } = {}) {
    super(message, { cause: options.cause });
    this.name = 'SourceFailure';
    this.notBefore = options.notBefore;
  }
}

const firstPauseMs = 5 * 60_000;
const longestPauseMs = 6 * 3_600_000;
/** Of a pause, added at random: sources that failed together are not all tried together. */
const jitter = 0.25;
/** A server that asks for more is asked again after a day all the same. */
const longestAskedMs = 24 * 3_600_000;

/** When to try again after `failures` in a row (1 or more): 5 minutes to 6 hours later, not before the server wants it. */
export function nextTry(failures: number, now: Date, notBefore: Date | undefined, random: () => number): Date {
  const pauseMs = Math.min(firstPauseMs * 2 ** Math.min(failures - 1, 30), longestPauseMs);
  const own = now.getTime() + Math.min(pauseMs * (1 + jitter * random()), longestPauseMs);
  const asked = Math.min(notBefore?.getTime() ?? 0, now.getTime() + longestAskedMs);
  return new Date(Math.max(own, asked));
}

/** False while a source waits for its next try. A time that no failure sets comes from a clock that was set back since. */
export function isDue(nextTryAt: Date | undefined, now: Date): boolean {
  if (!nextTryAt) return true;
  const waitMs = nextTryAt.getTime() - now.getTime();
  return waitMs <= 0 || waitMs > longestAskedMs;
}
