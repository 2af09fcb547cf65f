import { createHash, timingSafeEqual } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Update } from 'telegraf/types';
import type { UpdateIntake } from './update-intake.js';

export interface WebhookRouteOptions {
  /** Where Telegram posts to: `/telegram`. */
  readonly path: string;
  readonly secret: string;
  readonly take: UpdateIntake['take'];
}

/** Far above any update: the longest message has 4,096 characters. */
const maxBodyBytes = 1_000_000;
/** What is not taken now is taken by the next start. */
const retryAfterSeconds = '3';

/**
 * Where Telegram delivers updates. Answers as soon as an update is stored; what it is not sure to be from Telegram it says
 * nothing to. telegraf's own webhook decodes each chunk by itself and breaks characters that are split between two.
 */
export function webhookRoutes({ path, secret, take }: WebhookRouteOptions): Hono {
  const isSecret = secretCheck(secret);
  return new Hono().post(
    path,
    async (context, next) => {
      const given = context.req.header('x-telegram-bot-api-secret-token');
      if (given === undefined || !isSecret(given)) return context.body(null, 403);
      if (!/^application\/json(?:;|$)/iu.test(context.req.header('content-type') ?? '')) return context.body(null, 415);
      return next();
    },
    bodyLimit({ maxSize: maxBodyBytes, onError: (context) => context.body(null, 413) }),
    async (context) => {
      const update = await readUpdate(context);
      if (!update) return context.body(null, 400);
      const result = await take(update);
      return result === 'taken'
        ? context.body(null, 200)
        : context.body(null, 503, { 'retry-after': retryAfterSeconds });
    },
  );
}

/** Compares in a time that tells nothing, not even the length. */
function secretCheck(secret: string): (given: string) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(secret);
  return (given) => timingSafeEqual(digest(given), expected);
}

/** Undefined: it is none. All bytes are there before they are decoded. */
async function readUpdate(context: Context): Promise<Update | undefined> {
  try {
    const body = new TextDecoder('utf-8', { fatal: true }).decode(await context.req.arrayBuffer());
    const update: unknown = JSON.parse(body);
    return isUpdate(update) ? update : undefined;
  } catch (error) {
    // Neither UTF-8 nor JSON.
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isUpdate(value: unknown): value is Update {
  return typeof value === 'object' && value !== null && Number.isSafeInteger((value as Update).update_id);
}
