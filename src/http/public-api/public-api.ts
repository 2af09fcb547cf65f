import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { Log } from '../../ports.js';
import type { PublicArchive } from '../../service/public-archive.js';
import { createGate, type Gate } from '../../gate.js';
import type { Mount } from '../http-app.js';
import { inTurn } from '../in-turn.js';
import { createAddresses } from './addresses.js';
import { articleRoutes } from './articles.js';
import { atomRoutes } from './atom.js';
import { categoryRoutes } from './categories.js';
import type { PublicApiContext } from './context.js';
import { createCursors } from './cursor.js';
import { createApp, fail, failBusy, type PublicApp } from './failure.js';
import { referenceStyle, renderReference } from './reference-page.js';
import { searchRoutes } from './search.js';
import { createSearchInTurn } from './search-in-turn.js';

export interface PublicApiOptions {
  readonly archive: PublicArchive;
  /** Where readers reach the server, without a slash at the end. */
  readonly publicUrl: string;
  /** What cursors are sealed with: known to nobody else, and the same after a restart. */
  readonly cursorKey: Uint8Array;
  /** Of all searches that come by HTTP. */
  readonly searchGate: Gate;
  readonly log: Log;
}

/** A list takes up to 20 ms of the thread that the bot answers on. */
const listTurns = { atOnce: 1, waitMs: 1_000, mostWaiting: 50 };
const maxAgeSeconds = 60;
const preflightSeconds = 86_400;

/**
 * The public read API below `/api/v1` and the Atom feeds below `/atom`: summaries for everybody, never a text. How much a
 * client may ask is for a proxy to limit, which knows the clients' addresses; what is bounded here is a page, and searches.
 */
export function createPublicApi({
  archive,
  publicUrl,
  cursorKey,
  searchGate,
  log,
}: PublicApiOptions): readonly Mount[] {
  const context: PublicApiContext = {
    archive,
    search: createSearchInTurn(archive, searchGate),
    cursors: createCursors(cursorKey),
    addresses: createAddresses(publicUrl),
    log,
  };
  const api = createApp(log).use(...sharing) as PublicApp;
  const atom = createApp(log).use(...sharing) as PublicApp;
  // Searches have their own.
  const turns = inTurn(createGate(listTurns), (request) => failBusy(request, 'too many requests at once'));
  // Each of these matches the address without what follows as well.
  for (const path of ['/categories/*', '/articles/*']) api.use(path, turns);
  atom.use('/category/*', turns);
  for (const routes of [categoryRoutes, articleRoutes, searchRoutes]) api.route('/', routes(context));
  atom.route('/', atomRoutes(context));
  const reference = referenceRoutes(api, atom, context);
  api.get('/', (request) => request.redirect(context.addresses.reference, 301));
  for (const app of [api, atom]) app.all('/*', otherwise);
  return [
    // With its slash, and before what answers everything else.
    { path: '/api/v1/', routes: reference },
    { path: '/api/v1', routes: api },
    { path: '/atom', routes: atom },
  ];
}

/** Pages of other sites may read this, and caches keep what is an answer for a minute. */
const sharing: readonly [MiddlewareHandler, MiddlewareHandler] = [
  cors({
    origin: '*',
    allowMethods: ['GET', 'HEAD'],
    exposeHeaders: ['ETag', 'Last-Modified', 'Retry-After'],
    maxAge: preflightSeconds,
  }),
  async (context, next) => {
    context.header('cross-origin-resource-policy', 'cross-origin');
    context.header('cache-control', `public, max-age=${maxAgeSeconds}`);
    await next();
  },
];

/** The description of both, for programs and for people. */
function referenceRoutes(api: PublicApp, atom: PublicApp, { addresses, log }: PublicApiContext): PublicApp {
  const all = createApp(log).route('/api/v1', api).route('/atom', atom);
  const document = all.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Zhaibao 摘报',
      version: '1',
      description: '中文新闻摘要：标题、署名、导语、提纲 / Summaries of Chinese news: title, byline, lead, outline',
    },
    servers: [{ url: addresses.root }],
  });
  const page = renderReference(document, addresses);
  return createApp(log)
    .use(...sharing)
    .get('/', (context) => context.html(page))
    .get('/openapi.json', (context) => context.json(document))
    .get('/style.css', (context) =>
      context.body(referenceStyle, 200, { 'content-type': 'text/css; charset=utf-8' }),
    ) as PublicApp;
}

const otherwise: MiddlewareHandler = async (context) =>
  ['GET', 'HEAD'].includes(context.req.method)
    ? fail(context, 404, 'not-found', 'there is nothing at this address')
    : fail(context, 405, 'method-not-allowed', 'this can only be read');
