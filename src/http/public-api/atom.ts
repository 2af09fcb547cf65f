import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { etag, RETAINED_304_HEADERS } from 'hono/etag';
import type { ArticleSummary } from '../../service/public-archive.js';
import { type FeedHead, renderFeed, updatedAt } from './atom-feed.js';
import type { PublicApiContext } from './context.js';
import { createApp, describeFailures, fail, failSearch, type PublicApp } from './failure.js';
import { feedQuery, idParam } from './schemas.js';

const articlesInFeed = 50;

const feed = {
  description: 'Atom (RFC 4287)',
  content: {
    'application/atom+xml': { schema: z.string().openapi({ example: '<?xml version="1.0" encoding="utf-8"?>…' }) },
  },
};
const unchanged = { description: '与 If-None-Match 或 If-Modified-Since 相比没有变 / not modified' };

/** As it is described. Hono's paths know no parameter that is only part of a segment. */
const categoryFeed = createRoute({
  method: 'get',
  path: '/category/{id}.xml',
  summary: '一个分类最新的 50 篇 / the newest 50 of a category',
  request: { params: idParam },
  responses: { 200: feed, 304: unchanged, ...describeFailures(400, 404) },
});

const searchFeed = createRoute({
  method: 'get',
  path: '/search.xml',
  summary: '搜索结果最新的 50 篇 / the newest 50 that a search finds',
  request: { query: feedQuery },
  responses: { 200: feed, 304: unchanged, ...describeFailures(400, 503) },
});

/** Feeds of summaries. */
export function atomRoutes({ archive, search, addresses, log }: PublicApiContext): PublicApp {
  const app = createApp(log);
  app.use(
    etag({
      retainedHeaders: [
        ...RETAINED_304_HEADERS,
        'last-modified',
        'access-control-allow-origin',
        'access-control-expose-headers',
        'cross-origin-resource-policy',
      ],
    }),
  );
  const answer = (context: Context, head: FeedHead, articles: readonly ArticleSummary[]) => {
    const lastModified = updatedAt(articles);
    context.header('last-modified', lastModified.toUTCString());
    if (isUnchanged(context, lastModified)) return context.body(null, 304);
    context.header('content-type', 'application/atom+xml; charset=utf-8');
    return context.body(renderFeed(head, articles, addresses.article));
  };
  app.openAPIRegistry.registerPath(categoryFeed);
  app.get('/category/:file{.+\\.xml}', async (context) => {
    const id = idParam.shape.id.safeParse(context.req.param('file').slice(0, -'.xml'.length));
    if (!id.success) return fail(context, 400, 'bad-request', 'id: is not the number of a category');
    const category = await archive.findCategory(id.data);
    if (!category) return fail(context, 404, 'not-found', `there is no category ${id.data}`);
    const { items } = await archive.listArticles(id.data, undefined, articlesInFeed);
    const head = {
      title: category.name,
      self: addresses.categoryFeed(category.id),
      alternate: addresses.articlesOf(category.id),
    };
    return answer(context, head, items);
  });
  app.openapi(searchFeed, async (context) => {
    const { q } = context.req.valid('query');
    const found = await search(context, q, { order: 'newest', limit: articlesInFeed, behind: undefined });
    if (found.kind !== 'found') return failSearch(context, found);
    return answer(context, { title: q, self: addresses.searchFeed(q), alternate: addresses.search(q) }, found.items);
  });
  return app;
}

/** If-None-Match, where it is given, decides alone (RFC 9110, 13.1.3). */
function isUnchanged({ req }: Context, lastModified: Date): boolean {
  const since = req.header('if-modified-since');
  if (req.header('if-none-match') !== undefined || since === undefined) return false;
  return Math.floor(lastModified.getTime() / 1_000) * 1_000 <= Date.parse(since);
}
