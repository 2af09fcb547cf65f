import { type Context, Hono } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { limitBody } from '../../src/http/body-limit.js';
import { createGate } from '../../src/gate.js';
import { inTurn } from '../../src/http/in-turn.js';
import { followingRoutes } from './following.js';
import { verifyInitData } from './init-data.js';
import { keepingRoutes } from './keeping.js';
import { type MiniAppOptions, openReader, type ReaderEnv } from './reader.js';
import { readingRoutes } from './reading.js';
import { fail } from './request.js';
import { searchingRoutes } from './searching.js';
import { settingsRoutes } from './settings.js';

const maxBodyBytes = 16 * 1024;
/** Two, so that a search does not keep the rest waiting; a page asks for a few things at once, and waits rather than fails. */
const turns = { atOnce: 2, waitMs: 5_000, mostWaiting: 200 };

/** The Mini App's page at `/app/`, and what it asks for below `/app/api` (protocol.ts). To be mounted as `/`. */
export function miniAppRoutes(options: MiniAppOptions): Hono {
  return (
    new Hono()
      // Relative: PUBLIC_URL may have a path that a proxy takes away.
      .get('/app', (context) => context.redirect(`app/${new URL(context.req.url).search}`))
      .get('/app/', (context) => options.showPage(context))
      .route('/app/api', apiRoutes(options))
  );
}

function apiRoutes(options: MiniAppOptions): Hono<ReaderEnv> {
  const api = new Hono<ReaderEnv>();
  api.use(async (context, next) => {
    context.header('cache-control', 'no-store');
    const [, initData] = /^tma (.+)$/iu.exec(context.req.header('authorization') ?? '') ?? [];
    const verified = verifyInitData(initData, options.token, options.now());
    if (verified.kind !== 'user') return fail(context, 401, 'unauthorised');
    context.set('reader', await openReader(verified.user, options));
    return next();
  });
  const onFull = (context: Context) => fail(context, 503, 'failed');
  // First those that wait for each other anyway: one that waits holds nobody else up.
  for (const path of ['/search', '/trend', '/articles/*']) api.use(path, inTurn(options.searchGate, onFull));
  api.use(inTurn(createGate(turns), onFull));
  api.use(limitBody(maxBodyBytes, (context) => fail(context, 400, 'bad-request')));
  const groups = [readingRoutes, searchingRoutes, keepingRoutes, followingRoutes, settingsRoutes];
  for (const routesOf of groups) api.route('/', routesOf(options));
  api.all('*', (context) => fail(context, 404, 'gone'));
  api.onError((error, context) => {
    if (error instanceof HTTPException) return fail(context, 400, 'bad-request');
    const { method, path } = context.req;
    options.log.error({ method, path, error: error.message }, 'Mini App call failed');
    return fail(context, 500, 'failed');
  });
  return api;
}
