/** Longest stretch of synchronous file work before others have their turn. */
const stretchMs = 10;

/**
 * For loops of short synchronous calls: `await turn()` costs nothing until some 10 ms have passed, then it lets the event
 * loop run. On a slow disk that is behind every file.
 */
export function takingTurns(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < stretchMs) return undefined;
    return new Promise((resolve) =>
      setImmediate(() => {
        since = performance.now();
        resolve();
      }),
    );
  };
}
