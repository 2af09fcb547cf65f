import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { BlankEnv } from 'hono/types';
import type { Log } from '../../ports.js';
import type { PublicSearch } from '../../service/public-archive.js';
import { type errorCodes, errorSchema } from './schemas.js';
import type { NoTurn } from './search-in-turn.js';

type ErrorCode = (typeof errorCodes)[number];

/** Every failure looks the same. */
export function fail<Status extends 400 | 404 | 405 | 500 | 503>(
  context: Context,
  status: Status,
  code: ErrorCode,
  message: string,
) {
  context.header('cache-control', 'no-store');
  return context.json({ error: { code, message } }, status);
}

const retryAfterSeconds = 2;

export function failBusy(context: Context, message: string) {
  context.header('retry-after', String(retryAfterSeconds));
  return fail(context, 503, 'busy', message);
}

export function failCursor(context: Context) {
  return fail(context, 400, 'bad-cursor', 'cursor: is not the nextCursor of a page of this list');
}

/** Why there is no page of hits. */
export function failSearch(context: Context, failure: Exclude<PublicSearch, { kind: 'found' }> | NoTurn) {
  switch (failure.kind) {
    case 'no-turn':
      return failBusy(context, 'too many searches at once');
    case 'timed-out':
    case 'superseded':
      return failBusy(context, 'the search took too long; try it with fewer or rarer words');
    case 'empty':
      return fail(context, 400, 'bad-query', 'q: has no words to search for');
    case 'bad-date':
      return fail(context, 400, 'bad-query', `q: ${failure.text} is no day, month or year such as 2026-01-05`);
    case 'bad-range':
      return fail(context, 400, 'bad-query', 'q: before: has to be later than after:');
    case 'bad-or':
      return fail(context, 400, 'bad-query', 'q: OR has to stand between words');
    case 'unclear-category': {
      const near = failure.near.map(({ name }) => name).join(', ');
      const what = failure.fits === 'several' ? 'may be one of' : 'is no category; the nearest are';
      return fail(context, 400, 'bad-query', `q: in:${failure.name} ${near ? `${what}: ${near}` : 'is no category'}`);
    }
  }
}

export type PublicApp = OpenAPIHono<BlankEnv>;

/** An app whose failures all look the same. */
export function createApp(log: Log): PublicApp {
  const app = new OpenAPIHono<BlankEnv>({
    defaultHook(result, context) {
      if (result.success) return undefined;
      const lines = result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
      return fail(context, 400, 'bad-request', lines.join('; '));
    },
  });
  app.onError((error, context) => {
    log.error({ method: context.req.method, path: context.req.path, error: error.message }, 'request failed');
    return fail(context, 500, 'failed', 'something went wrong here');
  });
  return app;
}

/** The answers that are no result, for the description of a route. */
export function describeFailures<Status extends 400 | 404 | 503>(...statuses: readonly Status[]) {
  const described = statuses.map((status) => [status, { description: failures[status], content: json(errorSchema) }]);
  return Object.fromEntries(described) as Record<
    Status,
    { description: string; content: ReturnType<typeof json<typeof errorSchema>> }
  >;
}

const failures = {
  400: '参数不对，error.message 说明是哪个 / a parameter is wrong',
  404: '没有这一个 / there is none of that number',
  503: '搜索太忙或太久，请按 Retry-After 再试 / too many searches, or too long a one: try again after Retry-After seconds',
} as const;

/** The content of an answer. */
export function json<Schema>(schema: Schema) {
  return { 'application/json': { schema } };
}
