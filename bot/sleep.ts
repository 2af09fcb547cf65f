import { setMaxListeners } from 'node:events';

/** setTimeout takes no more than 24 days. */
const longestSleepMs = 3_600_000;

/** Resolves after so long, an hour at most, or when it is aborted. */
export function sleep(ms: number, closed: AbortSignal): Promise<void> {
  if (ms <= 0 || closed.aborted) return Promise.resolve();
  // Any number may wait for one end: that is no leak, which Node would warn of.
  setMaxListeners(0, closed);
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      closed.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(Math.ceil(ms), longestSleepMs));
    closed.addEventListener('abort', end);
  });
}
