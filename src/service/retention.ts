import type { Log, RetentionStore } from '../ports.js';

export interface RetentionOptions {
  readonly retention: RetentionStore;
  /** RETENTION_DAYS. */
  readonly days: number;
  readonly log: Log;
  readonly now: () => Date;
}

export interface Retention {
  /** Removes what is too old, a little at a time. A failure is a line in the log: the next run goes on. */
  run(): Promise<void>;
  /** Ends a run behind its present step. */
  stop(): Promise<void>;
}

export function createRetention({ retention, days, log, now }: RetentionOptions): Retention {
  const stopping = new AbortController();
  let running: Promise<void> | undefined;
  const remove = async () => {
    const started = performance.now();
    try {
      const removed = await retention.removeOld(days, now(), stopping.signal);
      const tookMs = Math.round(performance.now() - started);
      log[removed > 0 ? 'info' : 'debug']({ removed, days, tookMs }, 'old articles removed');
    } catch (error) {
      log.error({ error: (error as Error).message }, 'old articles could not be removed');
    }
  };
  return {
    run() {
      running ??= remove().finally(() => {
        running = undefined;
      });
      return running;
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
