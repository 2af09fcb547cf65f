import { createRoute } from '@hono/zod-openapi';
import type { SearchPlace } from '../../ports.js';
import type { PublicApiContext } from './context.js';
import { createApp, describeFailures, failCursor, failSearch, json, type PublicApp } from './failure.js';
import { hitsSchema, searchQuery, toHit, toPage } from './schemas.js';

const searchRoute = createRoute({
  method: 'get',
  path: '/search',
  summary: '全文搜索 / full-text search',
  description:
    '空格隔开的词须全部出现；甲 OR 乙，"短语"，-排除，in:分类，after:2026-01-01，before:… / words are AND; OR, "phrase", -word, in:CATEGORY, after:, before:',
  request: { query: searchQuery },
  responses: {
    200: { description: '一页结果 / a page of hits', content: json(hitsSchema) },
    ...describeFailures(400, 503),
  },
});

export function searchRoutes({ cursors, search, log }: PublicApiContext): PublicApp {
  const app = createApp(log);
  app.openapi(searchRoute, async (context) => {
    const { q, order, limit, cursor } = context.req.valid('query');
    const list = `search\n${order}\n${q}`;
    const behind = cursor === undefined ? undefined : (cursors.open(list, cursor) as SearchPlace | undefined);
    if (cursor !== undefined && !behind) return failCursor(context);
    const found = await search(context, q, { order, limit, behind });
    if (found.kind !== 'found') return failSearch(context, found);
    const page = toPage(found, toHit, (place) => cursors.seal(list, place));
    return context.json({ ...page, complete: found.isComplete }, 200);
  });
  return app;
}
