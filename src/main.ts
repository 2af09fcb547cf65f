import { createHmac } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Services } from '../bot/conversation.js';
import { createBot } from '../bot/create-bot.js';
import { miniAppRoutes } from '../bot/mini-app/routes.js';
import { lockForBot, openStores } from '../db/open-stores.js';
import type { Config } from './config.js';
import { healthRoutes, type ReadinessCheck } from './http/health.js';
import { createHttpApp, type Mount } from './http/http-app.js';
import { type HttpServer, startHttpServer } from './http/http-server.js';
import { openPages, type Pages } from './http/pages.js';
import { createPublicApi } from './http/public-api/public-api.js';
import { builtPages } from './paths.js';
import type { Log, Stores } from './ports.js';
import { createReadinessChecks, findRoundOverdueAt } from './readiness.js';
import { type Schedule, schedule } from './schedule.js';
import { createAdmin } from './service/admin.js';
import { type Browse, createBrowse } from './service/browse.js';
import { createDeliver } from './service/deliver.js';
import { createFilters } from './service/filter.js';
import { createIngest, type Ingest, type IngestReport } from './service/ingest.js';
import { createOutlooks } from './service/outlook.js';
import { createOwnData } from './service/own-data.js';
import { createPublicArchive } from './service/public-archive.js';
import { prepareNames } from './service/resolve-category.js';
import { createSaved } from './service/saved.js';
import { createSettings } from './service/settings.js';
import { createSubscriptions } from './service/subscribe.js';
import { createWatches } from './service/watch.js';
import { createWhy } from './service/why.js';
import { createDirectorySource } from './source/directory.js';
import { createWorkerParser } from './worker-parser.js';

export interface AppOptions {
  readonly config: Config;
  readonly log: Log;
  readonly token: string;
  readonly apiRoot: string;
  /** Pushes go to these chats only: a local chat does not answer for the chats of a real bot on the same database. */
  readonly onlyChatIds?: readonly number[] | undefined;
  /** The HTTP server, for the bot that runs as a service; undefined: none. */
  readonly http: HttpOptions | undefined;
  /** How long another poller on the same token is borne; 10 minutes unless told otherwise. */
  readonly conflictLimitMs?: number | undefined;
}

export interface HttpOptions {
  /** How many ports behind the configured one are tried when it is taken. */
  readonly portsBehind?: number;
  /** What is served besides health and Mini App. */
  readonly mounts?: (pages: Pages) => readonly Mount[];
  /** For this machine only: nobody else is answered, and the Mini App is there without PUBLIC_URL, at the address of the server itself. */
  readonly isLocal?: boolean;
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
/** Sources that were not read for this long: the bot was down. */
const downtimeMs = 30 * 60_000;

/** Builds the bot from its configuration and starts it. Throws when the database cannot be opened or has a bot already. */
export async function startApp(options: AppOptions): Promise<App> {
  const { config, log } = options;
  const now = () => new Date();
  const started = now().getTime();
  const { stores, release } = await openForBot(config.databaseUrl, log);
  const { ingest, close: closeParser } = openIngest(config, stores, log);
  const browse = createBrowse({ ...stores, timeZone: config.timeZone });
  const watches = createWatches({ ...stores, timeZone: config.timeZone });
  let http: HttpServer | undefined;
  const services: Services = {
    browse,
    subscriptions: createSubscriptions(stores),
    watches,
    filters: createFilters(stores),
    saved: createSaved(stores),
    ownData: createOwnData({ ...stores, watches }),
    settings: createSettings({ ...stores, timeZone: config.timeZone }),
    outlooks: createOutlooks({ ...stores, timeZone: config.timeZone, pushPerHour: config.pushPerHour }),
    why: createWhy({ ...stores, timeZone: config.timeZone, pushPerHour: config.pushPerHour }),
    chats: stores.chats,
    admin: createAdmin({
      ...stores,
      adminIds: config.adminIds,
      sources: config.sources,
      onQueued: (chatId) => (chatId === undefined ? deliver.wake() : deliver.look(chatId)),
    }),
  };
  const look = (chatId: number) => deliver.look(chatId);
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
    miniAppUrl,
    sendRate: config.sendRate,
    onSpoken: look,
    paidBroadcast: config.paidBroadcast,
    // The local chat limits nothing.
    limitsChats: options.onlyChatIds === undefined,
    conflictLimitMs: options.conflictLimitMs,
  });
  const deliver = createDeliver({
    ...stores,
    sender: bot.sender,
    log,
    now,
    defaultLanguage: config.language,
    timeZone: config.timeZone,
    pushPerHour: config.pushPerHour,
    sendRate: config.sendRate,
    onlyChatIds: options.onlyChatIds,
  });
  let roundOverdueAt: Date | undefined;
  const checks = createReadinessChecks({
    queryDatabase: () => stores.ingest.findSource(''),
    roundOverdueAt: () => roundOverdueAt,
    telegram: () => bot.health(),
    now,
  });
  const serveMiniApp = (pages: Pages): Mount => ({
    path: '/',
    routes: miniAppRoutes({
      services,
      log,
      token: options.token,
      now,
      timeZone: config.timeZone,
      defaultLanguage: config.language,
      hasFullText: config.fullText,
      self: () => bot.self(),
      showPage: (context) => pages.show(context, 'app'),
      onChanged: look,
    }),
  });
  try {
    const mounts = mountPublicApi(options, stores, browse);
    http = options.http && (await serveHttp(options.http, checks, serveMiniApp, mounts, config, log));
  } catch (error) {
    await stores.close();
    release();
    throw error;
  }
  const readSources = async () => {
    const release = deliver.hold();
    try {
      const report = await ingest.round();
      roundOverdueAt = findRoundOverdueAt(now(), rounds.nextRuns());
      return report;
    } finally {
      release();
    }
  };
  /** The first round: after a downtime, what it brings and what was left lying is one backlog. */
  const catchUp = async () => {
    const release = deliver.hold();
    let lastRead = 0;
    try {
      const sourceStates = await Promise.all(config.sources.map((key) => stores.ingest.findSource(key)));
      lastRead = Math.max(...sourceStates.map(({ lastReadAt }) => lastReadAt?.getTime() ?? 0));
      await readSources();
    } finally {
      if (lastRead > 0 && started - lastRead > downtimeMs) deliver.noteBacklog();
      release();
    }
  };
  const listening = bot.start();
  // A refused token is reported by whoever awaits `listening`; without anybody it must not bring the process down here.
  listening.catch(() => {});
  const broken = listening.then(() => bot.ended()).then(() => new Promise<never>(() => {}));
  broken.catch(() => {});
  // The round first: it holds what was left lying until it is known whether that is a backlog.
  const firstRound = catchUp();
  const delivering = deliver.run();
  firstRound.catch((error) => {
    roundOverdueAt ??= now();
    log.error({ error: (error as Error).message }, 'first round failed');
  });
  // From now on the index follows what is stored; nobody waits for it.
  stores.search.caughtUp().catch((error) => log.warn({ error: (error as Error).message }, 'search index is behind'));
  listening
    .then(async () => prepareNames(await stores.categories.list()))
    .catch((error) => log.debug({ error: (error as Error).message }, 'names of categories are not prepared'));
  const rounds: Schedule = schedule(config.ingestCron, config.timeZone, readSources, log);

  return {
    stores,
    url: http?.url,
    listening,
    broken,
    firstRound,
    readSources,
    idle: () => bot.idle(),
    async stop() {
      stores.search.stopFollowing();
      await rounds.stop();
      const grace = setTimeout(() => bot.abort(), stopGraceMs);
      const ended = Promise.allSettled([ingest.stop(), bot.stop(), deliver.stop(), delivering, http?.close()]);
      // What hangs in spite of the abort must not keep the process: the delivery stays in the queue.
      await Promise.race([ended, delay(stopGraceMs + 500, undefined, { ref: false })]);
      clearTimeout(grace);
      await closeParser();
      await stores.close();
      release();
    },
  };
}

/** Where Telegram finds the Mini App. Outside the local chat it takes https addresses only. */
function findMiniAppUrl(
  { publicUrl }: Config,
  options: HttpOptions | undefined,
  server: HttpServer | undefined,
): string | undefined {
  // Telegram takes no address without a dot, such as localhost; the page looks at the path alone.
  if (options?.isLocal) return server && `http://127.0.0.1:${server.port}/app/`;
  return options && publicUrl?.startsWith('https:') ? `${publicUrl}/app/` : undefined;
}

/** API and Atom, where PUBLIC_URL says that somebody is to read them. */
function mountPublicApi({ config, token, log }: AppOptions, stores: Stores, browse: Browse): readonly Mount[] {
  const { publicUrl } = config;
  if (publicUrl === undefined) return [];
  const archive = createPublicArchive({ ...stores, browse });
  // Of the token, so that cursors outlive a restart; nothing leads back from it.
  const cursorKey = createHmac('sha256', token).update('cursors of the public API').digest();
  return createPublicApi({ archive, publicUrl, cursorKey, log });
}

async function serveHttp(
  { mounts = () => [], portsBehind = 0, isLocal = false }: HttpOptions,
  checks: readonly ReadinessCheck[],
  serveMiniApp: (pages: Pages) => Mount,
  own: readonly Mount[],
  { host, port, publicUrl }: Config,
  log: Log,
): Promise<HttpServer> {
  const pages = openPages(builtPages());
  const routes = [
    { path: '/', routes: healthRoutes(checks) },
    { path: '/assets', routes: pages.assets },
    ...(publicUrl !== undefined || isLocal ? [serveMiniApp(pages)] : []),
    ...own,
    ...mounts(pages),
  ];
  const server = await startHttpServer(createHttpApp({ mounts: routes, log, isLocal }), { host, port, portsBehind });
  log.info({ host, port: server.port }, 'HTTP server is listening');
  if (publicUrl?.startsWith('http:') && !isLocal)
    log.warn({ publicUrl }, 'PUBLIC_URL is not https: Telegram does not open the Mini App, so no button leads to it');
  return server;
}

export interface SourceReader {
  readonly ingest: Ingest;
  /** Ends the parser's thread; call it when the last round is through. */
  close(): Promise<void>;
}

/** The ingest of the configured sources on its own: what `import` runs. */
export function openIngest(config: Config, stores: Stores, log: Log): SourceReader {
  const parser = createWorkerParser({ timeZone: config.timeZone });
  // One folder named twice is one source.
  const folders = new Map(config.sources.map((folder) => [path.resolve(folder), folder]));
  const ingest = createIngest({
    sources: [...folders.values()].map((folder) => createDirectorySource(folder)),
    store: stores.ingest,
    parse: (posts) => parser.parse(posts),
    log,
    now: () => new Date(),
  });
  return { ingest, close: () => parser.close() };
}

async function openForBot(databaseUrl: string, log: Log) {
  const stores = await openStores(databaseUrl, { log });
  try {
    const lock = lockForBot(databaseUrl);
    return { stores, release: () => lock.release() };
  } catch (error) {
    await stores.close();
    throw error;
  }
}
