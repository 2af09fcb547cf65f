import { setTimeout as delay } from 'node:timers/promises';
import { Hono } from 'hono';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Log, Metrics, Totals } from '../ports.js';
import { findFailures, type ReadinessCheck } from './health.js';

export interface MeterOptions {
  /** Asked at every scrape: has to be cheap. */
  readonly readTotals: () => Promise<Totals>;
  /** How many processes on the database do what, this one among them. */
  readonly countWorkers: () => Readonly<Record<string, number>>;
  readonly checks: readonly ReadinessCheck[];
  readonly log: Log;
}

/** Counts and times, and shows what came of it. */
export interface Meter extends Metrics {
  /** `GET /metrics` in the text format of Prometheus. */
  readonly routes: Hono;
}

/** DESIGN.md, "Push rules": what Telegram says to a bot; the rest shows up when it happens. */
const knownCodes = ['400', '401', '403', '409', '429', 'network', 'timeout'];
/** As long as a check of readiness; who scrapes waits 10 s. */
const countsTimeoutMs = 2_000;
/** Seconds. A push waits for its turn: 10,000 chats at 28 a second take 6 minutes. */
const pushBuckets = [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1_800, 3_600];
/** DESIGN.md, "Commands": an answer within 150 ms, a search within 2 s. */
const searchBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5];
const updateBuckets = [0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2, 5, 10, 30, 60];

// prom-client 15 and not its successor @prometheus-io/client, which needs Node.js 22.
export function createMeter({ readTotals, countWorkers, checks, log }: MeterOptions): Meter {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const articles = new Counter({
    name: 'zhaibao_articles_total',
    help: 'Articles stored since the archive was made.',
    registers,
  });
  const rejected = new Counter({
    name: 'zhaibao_ingest_rejected_total',
    help: 'Posts that could not be read, by the reason; one that changed and still cannot be read counts again.',
    labelNames: ['reason'],
    registers,
  });
  const deliveries = new Counter({
    name: 'zhaibao_deliveries_total',
    help: 'Deliveries that came to be in a state: pending is every one that was owed.',
    labelNames: ['state'],
    registers,
  });
  const pending = new Gauge({
    name: 'zhaibao_deliveries_pending',
    help: 'Deliveries owed now, those of chats that paused or wait for their digest included.',
    registers,
  });
  const ready = new Gauge({
    name: 'zhaibao_ready',
    help: 'What GET /readyz looks at: 1 in order, 0 not.',
    labelNames: ['check'],
    registers,
  });
  const workers = new Gauge({
    name: 'zhaibao_workers',
    help: 'Living processes on the database, by what they do; every one of them shows all.',
    labelNames: ['role'],
    registers,
  });
  const pushLatency = new Histogram({
    name: 'zhaibao_push_latency_seconds',
    help: 'From the ingest of an article to its push being accepted by Telegram; digests, which wait on purpose, are left out.',
    buckets: pushBuckets,
    registers,
  });
  const telegramErrors = new Counter({
    name: 'zhaibao_telegram_errors_total',
    help: 'Calls of the Bot API that failed, by HTTP status; network: no answer of the Bot API, timeout: none in 30 s.',
    labelNames: ['code'],
    registers,
  });
  const searchSeconds = new Histogram({
    name: 'zhaibao_search_seconds',
    help: 'Full-text searches, those that were given up included.',
    buckets: searchBuckets,
    registers,
  });
  const updateSeconds = new Histogram({
    name: 'zhaibao_update_seconds',
    help: 'From an update being taken up to its answer being accepted by Telegram.',
    buckets: updateBuckets,
    registers,
  });
  for (const code of knownCodes) telegramErrors.inc({ code }, 0);

  const showTotals = (totals: Totals) => {
    for (const metric of [articles, rejected, deliveries]) metric.reset();
    articles.inc(totals.articles);
    for (const [reason, count] of Object.entries(totals.rejected)) rejected.inc({ reason }, count);
    for (const [state, count] of Object.entries(totals.deliveries)) deliveries.inc({ state }, count);
    pending.set(totals.pending);
  };
  const readCounts = async () => {
    try {
      const totals = await Promise.race([readTotals(), delay(countsTimeoutMs, undefined, { ref: false })]);
      if (!totals) throw new Error(`no answer in ${countsTimeoutMs} ms`);
      showTotals(totals);
    } catch (error) {
      // What is measured in the process is worth most just then; the counts stand where they stood.
      log.warn({ error: (error as Error).message }, 'counts could not be read');
    }
  };
  const showReadiness = async () => {
    const failures = await findFailures(checks);
    for (const [index, { name }] of checks.entries()) ready.set({ check: name }, failures[index] === undefined ? 1 : 0);
  };

  return {
    pushed: (latencyMs) => pushLatency.observe(latencyMs / 1_000),
    telegramFailed: (code) => telegramErrors.inc({ code }),
    searched: (ms) => searchSeconds.observe(ms / 1_000),
    updateHandled: (ms) => updateSeconds.observe(ms / 1_000),
    routes: new Hono().get('/metrics', async (context) => {
      for (const [role, count] of Object.entries(countWorkers())) workers.set({ role }, count);
      await Promise.all([readCounts(), showReadiness()]);
      const headers = { 'content-type': registry.contentType, 'cache-control': 'no-store' };
      return context.body(await registry.metrics(), 200, headers);
    }),
  };
}
