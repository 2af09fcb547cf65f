import type { Context, MiddlewareHandler } from 'hono';
import type { Gate } from '../gate.js';

/**
 * Requests pass a gate one after the other: what many ask at once, or one connection a thousand times over, is worked off
 * in turns, between which the bot answers its readers. `onFull` answers whom there is no turn for.
 */
export function inTurn(gate: Gate, onFull: (context: Context) => Response): MiddlewareHandler {
  return async (context, next) => {
    const leave = await gate.enter(context.req.raw.signal);
    if (!leave) return onFull(context);
    try {
      return await next();
    } finally {
      // Not in the same turn of the event loop: others have theirs first.
      setImmediate(leave);
    }
  };
}
