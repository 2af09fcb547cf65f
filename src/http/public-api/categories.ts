import { createRoute } from '@hono/zod-openapi';
import type { PublicApiContext } from './context.js';
import { createApp, describeFailures, fail, failCursor, json, type PublicApp } from './failure.js';
import { categoriesQuery, categoriesSchema, categorySchema, idParam, toCategory, toPage } from './schemas.js';

const listRoute = createRoute({
  method: 'get',
  path: '/categories',
  summary: '分类列表 / the categories',
  description: '按编号排列，翻页时不会变动 / in the order of their ids, which no new article changes',
  request: { query: categoriesQuery },
  responses: { 200: { description: '一页分类 / a page', content: json(categoriesSchema) }, ...describeFailures(400) },
});

const oneRoute = createRoute({
  method: 'get',
  path: '/categories/{id}',
  summary: '一个分类 / one category',
  request: { params: idParam },
  responses: {
    200: { description: '分类 / the category', content: json(categorySchema) },
    ...describeFailures(400, 404),
  },
});

export function categoryRoutes({ archive, cursors, addresses, log }: PublicApiContext): PublicApp {
  const app = createApp(log);
  app.openapi(listRoute, async (context) => {
    const { filter, limit, cursor } = context.req.valid('query');
    const list = `categories\n${filter}`;
    const afterId = cursor === undefined ? 0 : (cursors.open(list, cursor) as number | undefined);
    if (afterId === undefined) return failCursor(context);
    const part = await archive.listCategories(filter, afterId, limit);
    const toItem = (category: (typeof part.items)[number]) => toCategory(category, addresses.categoryFeed(category.id));
    return context.json(
      toPage(part, toItem, (place) => cursors.seal(list, place)),
      200,
    );
  });
  app.openapi(oneRoute, async (context) => {
    const { id } = context.req.valid('param');
    const category = await archive.findCategory(id);
    if (!category) return fail(context, 404, 'not-found', `there is no category ${id}`);
    return context.json(toCategory(category, addresses.categoryFeed(id)), 200);
  });
  return app;
}
