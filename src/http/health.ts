import { setTimeout as delay } from 'node:timers/promises';
import { type Context, Hono } from 'hono';
import { hideSecrets } from '../domain/secrets.js';

/** One thing that must be in order for the bot to do its work. */
export interface ReadinessCheck {
  readonly name: string;
  /** What is wrong, in one line; undefined: nothing. A throw is a failure as well. */
  readonly findFailure: () => Promise<string | undefined> | string | undefined;
}

/** A check that takes longer has failed. */
const checkTimeoutMs = 2_000;

/**
 * `GET /healthz` (200 while the process lives) and `GET /readyz` (200 when every check is in order, else 503 with a line
 * for each that is not).
 */
export function healthRoutes(checks: readonly ReadinessCheck[]): Hono {
  return new Hono()
    .get('/healthz', (context) => answer(context, 200, ['ok']))
    .get('/readyz', async (context) => {
      const failures = (await findFailures(checks)).filter((line) => line !== undefined);
      return failures.length === 0 ? answer(context, 200, ['ready']) : answer(context, 503, failures);
    });
}

/** For each check, in their order: `NAME: what is wrong`, or undefined. Never throws. */
export function findFailures(checks: readonly ReadinessCheck[]): Promise<readonly (string | undefined)[]> {
  return Promise.all(checks.map(describeFailure));
}

function answer(context: Context, status: 200 | 503, lines: readonly string[]): Response {
  return context.text(`${lines.join('\n')}\n`, status, { 'cache-control': 'no-store' });
}

/** `NAME: what is wrong`; never throws. */
async function describeFailure({ name, findFailure }: ReadinessCheck): Promise<string | undefined> {
  const waiting = new AbortController();
  try {
    const tooSlow = delay(checkTimeoutMs, 'no answer', { ref: false, signal: waiting.signal });
    // Its end by the abort below is nobody's failure.
    tooSlow.catch(() => {});
    const failure = await Promise.race([findFailure(), tooSlow]);
    return failure === undefined ? undefined : hideSecrets(`${name}: ${failure}`);
  } catch (error) {
    return hideSecrets(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : 'failed'}`);
  } finally {
    waiting.abort();
  }
}
