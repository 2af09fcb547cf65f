import { createRoute } from '@hono/zod-openapi';
import type { PageKey } from '../../ports.js';
import type { PublicApiContext } from './context.js';
import { createApp, describeFailures, fail, failCursor, json, type PublicApp } from './failure.js';
import { articleSchema, articlesQuery, articlesSchema, idParam, storySchema, toArticle, toPage } from './schemas.js';

const listRoute = createRoute({
  method: 'get',
  path: '/articles',
  summary: '最新文章 / the newest articles',
  description:
    '由新到旧：按发表时间与首次读到的时间中较早的一个 / newest first, by the earlier of published and first seen',
  request: { query: articlesQuery },
  responses: {
    200: { description: '一页摘要 / a page', content: json(articlesSchema) },
    ...describeFailures(400, 404),
  },
});

const oneRoute = createRoute({
  method: 'get',
  path: '/articles/{id}',
  summary: '一篇文章的摘要 / the summary of an article',
  request: { params: idParam },
  responses: {
    200: { description: '摘要 / the summary', content: json(articleSchema) },
    ...describeFailures(400, 404),
  },
});

const storyRoute = createRoute({
  method: 'get',
  path: '/articles/{id}/story',
  summary: '刊登同一篇的其他媒体 / the same text in other media',
  description: '先刊登的在前，不含这一篇，最多一百篇 / the first first, without the article itself, up to a hundred',
  request: { params: idParam },
  responses: {
    200: { description: '摘要 / the summaries', content: json(storySchema) },
    ...describeFailures(400, 404),
  },
});

export function articleRoutes({ archive, cursors, log }: PublicApiContext): PublicApp {
  const app = createApp(log);
  app.openapi(listRoute, async (context) => {
    const { category, limit, cursor } = context.req.valid('query');
    if (category !== undefined && !(await archive.findCategory(category)))
      return fail(context, 404, 'not-found', `there is no category ${category}`);
    const list = `articles\n${category ?? ''}`;
    const behind = cursor === undefined ? undefined : (cursors.open(list, cursor) as PageKey | undefined);
    if (cursor !== undefined && !behind) return failCursor(context);
    const part = await archive.listArticles(category, behind, limit);
    return context.json(
      toPage(part, toArticle, (place) => cursors.seal(list, place)),
      200,
    );
  });
  app.openapi(oneRoute, async (context) => {
    const { id } = context.req.valid('param');
    const article = await archive.find(id);
    return article
      ? context.json(toArticle(article), 200)
      : fail(context, 404, 'not-found', `there is no article ${id}`);
  });
  app.openapi(storyRoute, async (context) => {
    const { id } = context.req.valid('param');
    const story = await archive.listStory(id);
    if (!story) return fail(context, 404, 'not-found', `there is no article ${id}`);
    return context.json({ items: story.map(toArticle) }, 200);
  });
  return app;
}
