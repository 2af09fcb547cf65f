import { createHmac } from 'node:crypto';
import type { Services } from '../bot/conversation.js';
import type { Bot } from '../bot/create-bot.js';
import { miniAppRoutes } from '../bot/mini-app/routes.js';
import type { WebhookAddress } from '../bot/webhook.js';
import { webhookRoutes } from '../bot/webhook-routes.js';
import type { Config } from './config.js';
import { createGate, type Gate, searchTurns } from './gate.js';
import { healthRoutes, type ReadinessCheck } from './http/health.js';
import { createHttpApp, type Mount } from './http/http-app.js';
import { type HttpServer, startHttpServer } from './http/http-server.js';
import type { Meter } from './http/metrics.js';
import { openPages, type Pages } from './http/pages.js';
import { createPublicApi } from './http/public-api/public-api.js';
import { builtPages } from './paths.js';
import type { Log, Stores } from './ports.js';
import { createPublicArchive } from './service/public-archive.js';

export interface HttpOptions {
  /** How many ports behind the configured one are tried when it is taken. */
  readonly portsBehind?: number;
  /** What is served besides health, Mini App, API and Atom. */
  readonly mounts?: (pages: Pages) => readonly Mount[];
  /** For this machine only: nobody else is answered, and the Mini App is there without PUBLIC_URL, at the server's own address. */
  readonly isLocal?: boolean;
}

/** What is served is built from these. */
export interface HttpParts {
  readonly config: Config;
  readonly log: Log;
  readonly token: string;
  readonly now: () => Date;
  readonly checks: readonly ReadinessCheck[];
  readonly metrics: Meter;
  /** Where Telegram delivers updates; undefined: the bot polls. */
  readonly webhook: WebhookAddress | undefined;
  readonly services: Services;
  readonly stores: Stores;
  readonly bot: Pick<Bot, 'self' | 'take'>;
  /** What a chat is sent may have changed. */
  readonly onChanged: (chatId: number) => void;
  /** False: another process answers readers, and this one only says how it is. */
  readonly hasReaders: boolean;
}

/** Starts the HTTP server with all that the configuration asks for. Throws when the address is taken. */
export async function serveHttp(options: HttpOptions, parts: HttpParts): Promise<HttpServer> {
  const { isLocal = false, portsBehind = 0, mounts = () => [] } = options;
  const { config, log, checks, metrics, webhook, bot } = parts;
  const { host, port, publicUrl } = config;
  const pages = openPages(builtPages());
  const searchGate = createGate(searchTurns);
  const forOperators = [
    { path: '/', routes: healthRoutes(checks) },
    { path: '/', routes: metrics.routes },
  ];
  const forReaders = () => [
    ...(webhook ? [mountWebhook(webhook, bot)] : []),
    { path: '/assets', routes: pages.assets },
    ...(publicUrl !== undefined || isLocal ? [mountMiniApp(pages, searchGate, parts)] : []),
    ...(publicUrl !== undefined ? mountPublicApi(publicUrl, searchGate, parts) : []),
    ...mounts(pages),
  ];
  const served = [...forOperators, ...(parts.hasReaders ? forReaders() : [])];
  const server = await startHttpServer(createHttpApp({ mounts: served, log, isLocal }), { host, port, portsBehind });
  log.info({ host, port: server.port }, 'HTTP server is listening');
  if (publicUrl?.startsWith('http:') && !isLocal)
    log.warn({ publicUrl }, 'PUBLIC_URL is not https: Telegram does not open the Mini App, so no button leads to it');
  return server;
}

/** Where Telegram finds the Mini App; undefined: it does not. Outside the local chat it takes https addresses only. */
export function findMiniAppUrl(
  { publicUrl }: Pick<Config, 'publicUrl'>,
  options: HttpOptions | undefined,
  server: HttpServer | undefined,
): string | undefined {
  // Telegram takes no address without a dot, such as localhost; the page looks at the path alone.
  if (options?.isLocal) return server && `http://127.0.0.1:${server.port}/app/`;
  return options && publicUrl?.startsWith('https:') ? `${publicUrl}/app/` : undefined;
}

function mountWebhook({ url, secret }: WebhookAddress, { take }: HttpParts['bot']): Mount {
  return { path: '/', routes: webhookRoutes({ path: new URL(url).pathname, secret, take }) };
}

function mountMiniApp(
  pages: Pages,
  searchGate: Gate,
  { config, services, log, token, now, bot, onChanged }: HttpParts,
): Mount {
  return {
    path: '/',
    routes: miniAppRoutes({
      services,
      log,
      token,
      now,
      timeZone: config.timeZone,
      defaultLanguage: config.language,
      hasFullText: config.fullText,
      feedRoot: config.publicUrl && `${config.publicUrl}/atom`,
      self: () => bot.self(),
      showPage: (context) => pages.show(context, 'app'),
      onChanged,
      searchGate,
    }),
  };
}

/** API and Atom, where PUBLIC_URL says that somebody is to read them. */
function mountPublicApi(
  publicUrl: string,
  searchGate: Gate,
  { services, stores, token, log }: HttpParts,
): readonly Mount[] {
  const archive = createPublicArchive({ ...stores, browse: services.browse });
  // Of the token, so that cursors outlive a restart; nothing leads back from it.
  const cursorKey = createHmac('sha256', token).update('cursors of the public API').digest();
  return createPublicApi({ archive, publicUrl, cursorKey, searchGate, log });
}
