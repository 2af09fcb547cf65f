import type { MiddlewareHandler } from 'hono';

const loopbackHost = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/iu;

/**
 * Lets through what this machine's own pages ask: a Host that is a loopback name (another one points here by DNS
 * rebinding), and an Origin, where a browser names one, that is the same host and port.
 */
export const ownOrigin: MiddlewareHandler = async (context, next) => {
  const host = context.req.header('host') ?? '';
  const origin = context.req.header('origin');
  const site = context.req.header('sec-fetch-site');
  const isOwnHost = loopbackHost.test(host);
  const isOwnOrigin = origin === undefined || origin.toLowerCase() === `http://${host.toLowerCase()}`;
  // A link may lead here from anywhere; what another site's page loads or sends may not.
  const isAsked =
    site === undefined ||
    site === 'same-origin' ||
    site === 'none' ||
    isNavigation(context.req.method, context.req.header());
  if (!isOwnHost || !isOwnOrigin || !isAsked) return context.text('this address is for this machine only\n', 403);
  return next();
};

function isNavigation(method: string, headers: Readonly<Record<string, string>>): boolean {
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}
