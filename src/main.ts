import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Bot, createBot } from '../bot/create-bot.js';
import type { WebhookAddress } from '../bot/webhook.js';
import { isPostgres, lockForBot, openStores } from '../db/open-stores.js';
import type { Config } from './config.js';
import type { HttpServer } from './http/http-server.js';
import { createMeter } from './http/metrics.js';
import { type Maintenance, startMaintenance } from './maintenance.js';
import type { Log, Metrics, SearchStore, Stores } from './ports.js';
import { createReadinessChecks, findRoundOverdueAt } from './readiness.js';
import { type Schedule, schedule } from './schedule.js';
import { findMiniAppUrl, type HttpOptions, serveHttp } from './serve-http.js';
import { createDeliver, type Deliver } from './service/deliver.js';
import { createIngest, type Ingest, type IngestReport, type SourceTurns } from './service/ingest.js';
import { prepareNames } from './service/resolve-category.js';
import { createServices } from './services.js';
import { joinSharedWork } from './shared-work.js';
import { createFeedParser } from './source/feed-parser.js';
import { dropUnusedGitCaches, gitCachesOf } from './source/git-caches.js';
import { openSource } from './source/open-source.js';
import { parseSourceAddress, sourceKeyOf } from './source/source-address.js';
import { createWorkerParser } from './worker-parser.js';
import type { Role } from './worker-ports.js';

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  readonly token: string;
  readonly apiRoot: string;
  /** Pushes go to these chats only: a local chat does not answer for the chats of a real bot on the same database. */
  readonly onlyChatIds?: readonly number[] | undefined;
  /** The HTTP server, for the bot that runs as a service; undefined: none. */
  readonly http: HttpOptions | undefined;
  /** Updates come by webhook, to the HTTP server; left out: the bot polls. */
  readonly webhook?: WebhookAddress | undefined;
  /** What this process does where several share a database; undefined: everything. */
  readonly roles?: readonly Role[] | undefined;
  /** How often delivery to the webhook is looked at; a minute unless told otherwise. */
  readonly checkEveryMs?: number | undefined;
  /** How long another poller on the same token is borne; 10 minutes unless told otherwise. */
  readonly conflictLimitMs?: number | undefined;
}

export interface App {
  /** Where the HTTP server listens, without a slash; undefined: nowhere. */
  readonly url: string | undefined;
  readonly stores: Stores;
  /** Resolves when Telegram answered for the first time; rejects when it refuses the token. */
  readonly listening: Promise<void>;
  /** Rejects when the bot cannot go on: Telegram refuses the token, or another poller does not go (PollingConflict). */
  readonly broken: Promise<never>;
  /** Resolves when the first round over the sources is through. */
  readonly firstRound: Promise<void>;
  /** Reads the sources now, and sends what that made due. */
  readSources(): Promise<IngestReport>;
  /** Resolves when every message received so far is answered. */
  idle(): Promise<void>;
  /** Stops in the reverse order of the start, within 5 s. */
  stop(): Promise<void>;
}

/** Answers and pushes under way at the end get this long, then are aborted, their outcome unknown (DESIGN.md, "Push rules"). */
const stopGraceMs = 4_000;
/** The process ends within 5 s, whatever still hangs. */
const longestStopMs = 4_600;
/** Sources that were not read for this long: the bot was down. */
const downtimeMs = 30 * 60_000;
/** A round does not wait longer for remote sources: they go on beside the next, which comes in time for the folders. */
const patienceMs = 2_000;

/** Builds the bot from its configuration and starts it. Throws when the database cannot be opened or has a bot already. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, log } = options;
  const now = () => new Date();
  const started = now().getTime();
  if (options.roles && !isPostgres(config.databaseUrl))
    throw new Error('--only is for several processes on one server: set DATABASE_URL=postgres://…, or leave it out');
  const { stores: opened, release } = await openForBot(options);
  let running: { readonly deliver: Deliver; readonly bot: Bot } | undefined;
  const work = await joinSharedWork({
    stores: opened,
    roles: options.roles,
    log,
    onChanged() {
      running?.deliver.reassign();
      running?.bot
        .takeOverUpdates()
        .catch((error) => log.warn({ error: error.message }, 'updates of a process that is gone are not taken up'));
    },
    onWoken: (chatId) => running?.deliver.look(chatId),
  }).catch(async (error) => {
    await opened.close();
    release();
    throw error;
  });
  const { others } = work;
  const checks = createReadinessChecks({
    does: work.does,
    isAlive: others?.isAlive,
    queryDatabase: () => opened.ingest.findSource(''),
    roundOverdueAt: () => roundOverdueAt,
    hasWebhook: options.webhook !== undefined,
    telegram: () => bot.health(),
    now,
  });
  const metrics = createMeter({
    readTotals: () => opened.admin.totals(),
    countWorkers: work.countByRole,
    checks,
    log,
  });
  const stores = { ...opened, search: timed(opened.search, metrics) };
  const gitCaches = gitCachesOf(config.databaseUrl);
  const hold = () => deliver.hold();
  const turns = others?.sourceTurns;
  const { ingest, close: closeParser } = openIngest({ config, stores, log, gitCaches, hold, turns });
  let http: HttpServer | undefined;
  let roundOverdueAt: Date | undefined;
  /** Something may be due to a chat: whoever sends to it has to know. */
  const look = (chatId: number) => {
    if (!others || (work.does('deliver') && others.sendsTo(chatId))) deliver.look(chatId);
    else others.wake(chatId);
  };
  const services = createServices(config, stores, (chatId) => (chatId === undefined ? deliver.wake() : look(chatId)));
  const miniAppUrl = () => findMiniAppUrl(config, options.http, http);
  const bot = createBot({
    token: options.token,
    apiRoot: options.apiRoot,
    services,
    state: stores.botState,
    log,
    now,
    timeZone: config.timeZone,
    defaultLanguage: config.language,
    hasFullText: config.fullText,
    // The local chat's server is this process.
    proxyUrl: options.onlyChatIds === undefined ? config.proxyUrl : undefined,
    miniAppUrl,
    sendRate: config.sendRate,
    onSpoken: look,
    paidBroadcast: config.paidBroadcast,
    // The local chat limits nothing.
    limitsChats: options.onlyChatIds === undefined,
    conflictLimitMs: options.conflictLimitMs,
    webhook: options.webhook,
    updates: stores.updates,
    checkEveryMs: options.checkEveryMs,
    metrics,
    shared: others,
    listens: work.does('web'),
  });
  const deliver = createDeliver({
    ...stores,
    sender: bot.sender,
    log,
    now,
    defaultLanguage: config.language,
    timeZone: config.timeZone,
    pushPerHour: config.pushPerHour,
    metrics,
    sendRate: config.sendRate,
    onlyChatIds: options.onlyChatIds,
    shares: others,
  });
  running = { deliver, bot };
  try {
    http =
      options.http &&
      (await serveHttp(options.http, {
        config,
        log,
        token: options.token,
        now,
        checks,
        metrics,
        webhook: options.webhook,
        services,
        stores,
        bot,
        onChanged: look,
        hasReaders: work.does('web'),
      }));
  } catch (error) {
    await work.leave();
    await stores.close();
    release();
    throw error;
  }
  const readSources = async (slot?: Date) => {
    const report = await work.inRound(() => ingest.round({ patienceMs, slot }));
    roundOverdueAt = findRoundOverdueAt(now(), rounds?.nextRuns() ?? []);
    return report;
  };
  /** The first round: after a downtime, what it brings and what was left lying is one backlog. */
  const catchUp = async () => {
    const release = deliver.hold();
    let lastRead = 0;
    try {
      const sourceStates = await Promise.all(
        config.sources.map((entry) => stores.ingest.findSource(sourceKeyOf(entry))),
      );
      lastRead = Math.max(...sourceStates.map(({ lastReadAt }) => lastReadAt?.getTime() ?? 0));
      await readSources();
    } finally {
      if (lastRead > 0 && started - lastRead > downtimeMs) {
        deliver.noteBacklog();
        await work.noteBacklog(now());
      }
      release();
    }
  };
  const listening = work.does('web') || work.does('deliver') ? bot.start() : Promise.resolve();
  // A refused token is reported by whoever awaits `listening`; without anybody it must not bring the process down here.
  listening.catch(() => {});
  const broken = listening.then(() => bot.ended()).then(() => new Promise<never>(() => {}));
  broken.catch(() => {});
  // The round first: it holds what was left lying until it is known whether that is a backlog.
  const firstRound = work.does('ingest') ? catchUp() : Promise.resolve();
  // Whoever reads no sources may have others in SOURCES than who does.
  if (work.does('ingest'))
    dropUnusedGitCaches(gitCaches, config.sources.map(sourceKeyOf), now()).catch((error) =>
      log.warn({ error: (error as Error).message }, 'unused git caches are not removed'),
    );
  const delivering = work.does('deliver') ? deliver.run() : Promise.resolve();
  firstRound.catch((error) => {
    roundOverdueAt ??= now();
    log.error({ error: (error as Error).message }, 'first round failed');
  });
  // From now on the index follows what is stored; nobody waits for it.
  stores.search.caughtUp().catch((error) => log.warn({ error: (error as Error).message }, 'search index is behind'));
  listening
    .then(async () => prepareNames(await stores.categories.list()))
    .catch((error) => log.debug({ error: (error as Error).message }, 'names of categories are not prepared'));
  // Behind the first round, which has the disk for itself.
  let maintenance: Maintenance | undefined;
  let stopped = false;
  void firstRound
    .catch(() => {})
    .then(() => {
      if (!stopped && work.does('ingest'))
        maintenance = startMaintenance({ config, stores, log, now, once: work.once });
    });
  const rounds: Schedule | undefined = work.does('ingest')
    ? schedule(config.ingestCron, config.timeZone, readSources, log)
    : undefined;

  /** Until the answers under way are sent, the server tells Telegram to come again. */
  const stopBot = async () => {
    await bot.stop();
    await http?.close();
  };

  const letGo = async () => {
    await http?.close();
    await closeParser();
    await work.leave();
    await stores.close();
  };

  const endAll = async () => {
    await rounds?.stop();
    const grace = setTimeout(() => bot.abort(), stopGraceMs);
    const ended = Promise.allSettled([maintenance?.stop(), ingest.stop(), stopBot(), deliver.stop(), delivering]);
    // What hangs in spite of the abort must not keep the process: the delivery stays in the queue.
    await Promise.race([ended, delay(stopGraceMs + 500, undefined, { ref: false })]);
    clearTimeout(grace);
    // Nor must a database that does not answer: what this process held is free when it is taken for dead.
    await letGo();
  };

  return {
    stores,
    url: http?.url,
    listening,
    broken,
    firstRound,
    readSources,
    idle: () => bot.idle(),
    async stop() {
      stopped = true;
      bot.closeIntake();
      stores.search.stopFollowing();
      // A timer that keeps the process: it must not end in the middle when nothing else does.
      const over = new AbortController();
      const tooLate = delay(longestStopMs, undefined, { signal: over.signal }).catch(() => {});
      await Promise.race([endAll(), tooLate]);
      over.abort();
      release();
    },
  };
}

function timed(search: SearchStore, metrics: Metrics): SearchStore {
  return {
    ...search,
    async search(request, asker) {
      const started = performance.now();
      try {
        return await search.search(request, asker);
      } finally {
        metrics.searched(performance.now() - started);
      }
    },
  };
}

export interface SourceReader {
  readonly ingest: Ingest;
  /** Ends the parser's thread; call it when the last round is through. */
  close(): Promise<void>;
}

export interface SourceReaderOptions {
  readonly config: Config;
  readonly stores: Stores;
  readonly log: Log;
  /** See SourceTools. */
  readonly gitCaches: string;
  /** What a round queues is sent together, when the function that it gives is called. */
  readonly hold?: (() => () => void) | undefined;
  /** Other processes read the same sources. */
  readonly turns?: SourceTurns | undefined;
}

/** The ingest of the configured sources on its own: what `import` runs. */
export function openIngest({ config, stores, log, gitCaches, hold, turns }: SourceReaderOptions): SourceReader {
  const parser = createWorkerParser({ timeZone: config.timeZone });
  const { allowPrivateFeeds: allowPrivate, proxyUrl } = config;
  const feeds = { allowPrivate, proxyUrl, parse: createFeedParser(), log };
  // One source named twice is one.
  const entries = new Map(config.sources.map((entry) => [identify(entry), entry]));
  const ingest = createIngest({
    sources: [...entries.values()].map((entry) => openSource(entry, { feeds, gitCaches })),
    store: stores.ingest,
    parse: (posts) => parser.parse(posts),
    log,
    now: () => new Date(),
    hold,
    turns,
    retentionDays: config.retentionDays,
  });
  return { ingest, close: () => parser.close() };
}

async function openForBot({ config, log, onlyChatIds }: AppOptions) {
  const { databaseUrl } = config;
  // Its messages go nowhere but to its own page, and processes that serve Telegram would send them as well.
  if (onlyChatIds && isPostgres(databaseUrl))
    throw new Error('the local chat keeps a database of its own: set DATABASE_URL to a file:, or leave it out');
  const stores = await openStores(databaseUrl, { log });
  try {
    const lock = lockForBot(databaseUrl);
    return { stores, release: () => lock.release() };
  } catch (error) {
    await stores.close();
    throw error;
  }
}

/** A folder by the place that it is, another source by its key. */
function identify(entry: string): string {
  const address = parseSourceAddress(entry);
  return address?.kind === 'folder' ? path.resolve(address.folder) : sourceKeyOf(entry);
}
