import { Hono } from 'hono';
import { z } from 'zod';
import { articlesPerPage, cursorBehind, pageOfList } from './cursors.js';
import { toEntry } from './entries.js';
import type { SavedPage } from './protocol.js';
import type { MiniAppOptions, ReaderEnv } from './reader.js';
import { fail, readId, readQuery, typed } from './request.js';

const savedQuery = z.object({ words: typed.default(''), cursor: pageOfList });

/** The articles that the chat keeps. */
export function keepingRoutes({ services, now }: MiniAppOptions): Hono<ReaderEnv> {
  const { saved } = services;
  return new Hono<ReaderEnv>()
    .get('/saved', async (context) => {
      const { words, cursor } = readQuery(context, savedQuery);
      const { target, script } = context.get('reader');
      const page = await saved.find(target.chatId, words, { limit: articlesPerPage, from: cursor });
      return context.json({
        total: page.total,
        items: page.items.map((line) => ({ ...toEntry(line, script), savedAt: line.savedAt.getTime() })),
        cursor: cursorBehind({ ...page, items: page.items.map((line) => ({ ...line, orderAt: line.savedAt })) }),
      } satisfies SavedPage);
    })
    .put('/saved/:articleId', async (context) => {
      const { target, ensureChat } = context.get('reader');
      const articleId = readId(context, 'articleId');
      await ensureChat();
      const { kind } = await saved.save(target.chatId, articleId, now());
      if (kind === 'gone') return fail(context, 404, 'gone');
      return kind === 'too-many' ? fail(context, 409, 'too-many') : context.json({ saved: true });
    })
    .delete('/saved/:articleId', async (context) => {
      await saved.remove(context.get('reader').target.chatId, readId(context, 'articleId'));
      return context.json({ saved: false });
    });
}
