import type { Context, MiddlewareHandler } from 'hono';

/**
 * Takes no body of more than `maxBytes`, by what its length is told to be. One whose length is not told gets 411: hono's own
 * limit reads it and then makes a new Request of that of the server, which fails on every DELETE without a body.
 */
export function limitBody(maxBytes: number, onTooLarge: (context: Context) => Response): MiddlewareHandler {
  return async (context, next) => {
    if (context.req.header('transfer-encoding') !== undefined) return context.text('length required\n', 411);
    if (Number(context.req.header('content-length') ?? 0) > maxBytes) return onTooLarge(context);
    return next();
  };
}
