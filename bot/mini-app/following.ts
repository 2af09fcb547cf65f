import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { maxQueryChars } from '../../src/search/query.js';
import type { WatchResult } from '../../src/service/watch.js';
import type { ScriptConverter } from '../script.js';
import { toNoAnswer } from './entries.js';
import type { WatchAnswer } from './protocol.js';
import type { MiniAppOptions, ReaderEnv } from './reader.js';
import { fail, readBody, readId, typed } from './request.js';

const watchBody = z.strictObject({ query: typed });

/** What the chat is pushed: media and keywords. */
export function followingRoutes({ services, now }: MiniAppOptions): Hono<ReaderEnv> {
  const { subscriptions, watches } = services;
  const subscribed = (context: Context, is: boolean) => context.json({ subscribed: is });
  return new Hono<ReaderEnv>()
    .put('/subscriptions/:categoryId', async (context) => {
      const { target, ensureChat } = context.get('reader');
      const categoryId = readId(context, 'categoryId');
      await ensureChat();
      const done = await subscriptions.subscribeById(target, categoryId, now());
      return done ? subscribed(context, true) : fail(context, 404, 'gone');
    })
    .delete('/subscriptions/:categoryId', async (context) => {
      const { target } = context.get('reader');
      const done = await subscriptions.unsubscribeById(target, readId(context, 'categoryId'));
      return done ? subscribed(context, false) : fail(context, 404, 'gone');
    })
    .put('/watches', async (context) => {
      const { target, script, ensureChat } = context.get('reader');
      const { query } = await readBody(context, watchBody);
      if (query.trim().length > maxQueryChars) return context.json({ kind: 'too-long' } satisfies WatchAnswer);
      await ensureChat();
      return context.json(toWatchAnswer(await watches.watch(target, query, now()), script));
    })
    .delete('/watches/:id', async (context) => {
      const { target } = context.get('reader');
      await watches.unwatchById(target, readId(context, 'id'));
      return context.json({ watched: false });
    });
}

function toWatchAnswer(result: WatchResult, script: ScriptConverter): WatchAnswer {
  switch (result.kind) {
    case 'watched':
      return { kind: 'watched', id: result.watch.id, query: result.watch.text, isNew: result.isNew };
    case 'no-words':
    case 'dated':
    case 'too-many':
      return { kind: result.kind };
    default:
      return toNoAnswer(result, script);
  }
}
