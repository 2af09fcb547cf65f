import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

// Loaded into a process from outside (NODE_OPTIONS=--import …): every PROBE_EVERY_MS it adds a line to PROBE_FILE.

/** One line of the file. Bytes and milliseconds. */
export interface ProbeLine {
  readonly pid: number;
  readonly atMs: number;
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  /** What keeps the event loop alive: timers, sockets, calls under way. */
  readonly handles: number;
  /** Of the event loop, since the line before. */
  readonly lagP99Ms: number;
  readonly lagMaxMs: number;
}

const file = process.env.PROBE_FILE;
const resolutionMs = 10;

if (file !== undefined && isMainThread) {
  const lag = monitorEventLoopDelay({ resolution: resolutionMs });
  lag.enable();
  setInterval(() => {
    const { rss, heapUsed, external } = process.memoryUsage();
    const line: ProbeLine = {
      pid: process.pid,
      atMs: Date.now(),
      rss,
      heapUsed,
      external,
      handles: process.getActiveResourcesInfo().length,
      // The histogram measures from one tick to the next.
      lagP99Ms: Math.max(0, lag.percentile(99) / 1e6 - resolutionMs),
      lagMaxMs: Math.max(0, lag.max / 1e6 - resolutionMs),
    };
    lag.reset();
    appendFileSync(file, `${JSON.stringify(line)}\n`);
  }, Number(process.env.PROBE_EVERY_MS)).unref();
}
