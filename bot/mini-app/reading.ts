import { Hono } from 'hono';
import { compress } from 'hono/compress';
import { etag } from 'hono/etag';
import { z } from 'zod';
import type { StoredArticle } from '../../src/domain/article.js';
import type { Category } from '../../src/domain/category.js';
import { formsOf } from '../../src/service/name-forms.js';
import { articlesPerPage, cursorBehind, pageOfList } from './cursors.js';
import { entryOf, toArticleText, toEntry } from './entries.js';
import type { ArticlePage, ArticleView, CategoryEntry, Me } from './protocol.js';
import { type MiniAppOptions, orNone, type Reader, type ReaderEnv } from './reader.js';
import { fail, id, readId, readQuery } from './request.js';

const listQuery = z.object({ category: id.optional(), cursor: pageOfList });

/** What is there to be read: sources, lists, articles. */
export function readingRoutes(options: MiniAppOptions): Hono<ReaderEnv> {
  const { services } = options;
  return (
    new Hono<ReaderEnv>()
      .get('/me', async (context) => context.json(await describeReader(context.get('reader'), options)))
      // Two thousand names are the largest answer, and seldom another one.
      .get('/categories', compress(), etag(), async (context) => {
        const { script, target } = context.get('reader');
        const listed = await services.browse.listCategories('');
        const known = new Set(listed.map(({ id }) => id));
        // What is awaited has no articles yet, and has to be there to be given up.
        const awaited = (await services.subscriptions.list(target)).filter(({ id }) => !known.has(id));
        const categories = [...listed, ...awaited];
        const entries = categories.map((category) => toCategoryEntry(category, script.text(category.name)));
        context.header('cache-control', 'private, no-cache');
        context.header('vary', 'authorization');
        return context.json(entries);
      })
      .get('/latest', async (context) => {
        const { category, cursor } = readQuery(context, listQuery);
        const { target, script } = context.get('reader');
        const page = await services.browse.latest(target, category, { limit: articlesPerPage, from: cursor });
        if (!page) return fail(context, 404, 'gone');
        return context.json({
          scope: page.scope.kind,
          items: page.items.map((line) => toEntry(line, script)),
          cursor: cursorBehind(page),
        } satisfies ArticlePage);
      })
      .get('/articles/:id', async (context) => {
        const article = await services.browse.find(readId(context, 'id'));
        if (!article) return fail(context, 404, 'gone');
        return context.json(await viewArticle(article, context.get('reader'), options));
      })
  );
}

async function describeReader({ user, target, language, timeZone }: Reader, options: MiniAppOptions): Promise<Me> {
  const { services, self, hasFullText, feedRoot } = options;
  const { username = '', canShare = false } = self() ?? {};
  const watches = await services.watches.list(target);
  return {
    firstName: user.firstName,
    language,
    timeZone,
    botUsername: username,
    canShare,
    hasFullText,
    ...(feedRoot !== undefined && { feedRoot }),
    articles: await services.browse.countArticles(),
    subscriptions: (await services.subscriptions.list(target)).map((category) => category.id),
    watches: watches.map((watch) => ({ id: watch.id, query: watch.text })),
  };
}

function toCategoryEntry({ id, name, slug, articleCount }: Category, shown: string): CategoryEntry {
  const { pinyin, initials } = formsOf(name);
  return { id, name: shown, slug, count: articleCount, pinyin, initials };
}

async function viewArticle(article: StoredArticle, reader: Reader, options: MiniAppOptions): Promise<ArticleView> {
  const { browse, saved } = options.services;
  const { script, target } = reader;
  const names = new Set(article.categories.map(({ name }) => name));
  const filedUnder = (await browse.listCategories('')).filter(({ name }) => names.has(name));
  const story = article.otherMedia > 0 ? await browse.story(article.id) : [];
  const related = await orNone(browse.related(article.id), options.log, 'related articles not found');
  return {
    ...entryOf(article, script),
    ...toArticleText(article, script, options.hasFullText),
    categories: filedUnder.map((category) => ({ id: category.id, name: script.text(category.name) })),
    isSaved: await saved.has(target.chatId, article.id),
    story: story.filter((line) => line.id !== article.id).map((line) => toEntry(line, script)),
    related: related.map((line) => toEntry(line, script)),
  };
}
