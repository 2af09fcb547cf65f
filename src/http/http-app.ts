import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { Log } from '../ports.js';
import { limitBody } from './body-limit.js';
import { ownOrigin } from './own-origin.js';

/** Some of the addresses that the server answers, below one path. */
export interface Mount {
  readonly path: string;
  readonly routes: Hono;
}

export interface HttpAppOptions {
  readonly mounts: readonly Mount[];
  readonly log: Log;
  /** Only what this machine's own pages ask is answered. */
  readonly isLocal?: boolean;
}

/** The largest body that any address takes: a post is at most 2 MB (DESIGN.md, "Bad input"), and its envelope. */
const maxBodyBytes = 2_500_000;

/**
 * What every answer of the HTTP server has in common: headers that let a page do nothing but talk to this server, a limit
 * for bodies, 404, 405, and one line in the log for what fails.
 */
export function createHttpApp({ mounts, log, isLocal = false }: HttpAppOptions): Hono {
  const app = new Hono();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        frameSrc: ["'self'"],
        formAction: ["'none'"],
        baseUri: ["'none'"],
        // Telegram's web clients show a Mini App in a frame; so does the local chat.
        frameAncestors: ["'self'", 'https://web.telegram.org'],
      },
      // It knows no list of origins; frame-ancestors above does.
      xFrameOptions: false,
      referrerPolicy: 'no-referrer',
      // It would hide the page from a window of Telegram that opened it.
      crossOriginOpenerPolicy: false,
      // Behind a proxy TLS is the proxy's; on loopback there is none.
      strictTransportSecurity: false,
      // What other sites may read says so itself.
      overwrite: false,
    }),
  );
  if (isLocal) app.use(ownOrigin);
  app.use(limitBody(maxBodyBytes, (context) => context.json({ error: 'the body is too large' }, 413)));
  for (const { path, routes } of mounts) app.route(path, routes);
  app.notFound((context) => {
    // Files are looked for by one route; one that is not there is no address.
    const isFile = context.req.path.startsWith('/assets/');
    const isKnown =
      !isFile && app.router.match('GET', context.req.path)[0].some(([[, route]]) => route.method === 'GET');
    return isKnown ? context.text('method not allowed\n', 405) : context.text('not found\n', 404);
  });
  app.onError((error, context) => {
    // Whoever leaves in the middle is no failure of ours.
    const level = context.req.raw.signal.aborted ? 'debug' : 'error';
    log[level]({ method: context.req.method, path: context.req.path, error: error.message }, 'request failed');
    return context.json({ error: 'something went wrong here' }, 500);
  });
  return app;
}
