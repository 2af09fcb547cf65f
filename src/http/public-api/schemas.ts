import { z } from '@hono/zod-openapi';
import type { Category } from '../../domain/category.js';
import { maxQueryChars } from '../../search/query.js';
import type { ArticleSummary, FoundSummary, Part } from '../../service/public-archive.js';

/** What goes in and out, described for whoever uses it. Absent things are null. Nothing here has room for an article's text. */

const mostItems = 100;
const someItems = 20;
/** A cursor is a few numbers and its seal. */
const maxCursorChars = 400;

const id = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const time = z.iso.datetime();

const category = z.strictObject({
  id: z.int().openapi({ description: '分类的编号 / number of the category', example: 12 }),
  name: z
    .string()
    .openapi({ description: '名称，通常是一家媒体 / nearly always the name of a medium', example: '示例日报' }),
  slug: z.string().nullable().openapi({ description: '代号 / as the posts write it', example: 'shiliribao' }),
});

export const categorySchema = category
  .extend({
    articleCount: z.int().openapi({ description: '文章数 / how many articles are in it', example: 1024 }),
    feed: z.url().openapi({
      description: '这个分类的 Atom 地址 / address of its Atom feed',
      example: 'https://news.example/atom/category/12.xml',
    }),
  })
  .openapi('Category');

const heading = z
  .strictObject({
    level: z
      .literal([1, 2])
      .openapi({ description: '1 为节标题，2 为它下面的小标题 / 2 stands under the 1 before it', example: 1 }),
    text: z.string().openapi({ example: '一、把菜园开到学校里' }),
  })
  .openapi('Heading');

const article = z.strictObject({
  id: z.int().openapi({ description: '文章的编号 / number of the article', example: 345 }),
  title: z.string().openapi({
    description: '标题；没有则为导语开头 / the title, else the beginning of the lead',
    example: '示例小学的菜园丰收了',
  }),
  byline: z.string().nullable().openapi({ description: '署名 / the printed credit', example: '本报记者 甲乙' }),
  medium: z.string().nullable().openapi({ description: '印出的媒体 / the printed medium', example: '示例日报' }),
  categories: z.array(category),
  published: time
    .nullable()
    .openapi({ description: '发表时间，UTC / when it was published', example: '2026-01-05T01:00:00.000Z' }),
  firstSeen: time.openapi({
    description: '本站首次读到的时间，UTC / when it was first seen here',
    example: '2026-01-05T01:05:00.000Z',
  }),
  url: z.string().nullable().openapi({ description: '原文链接 / the original', example: 'https://news.example/1' }),
  lead: z
    .string()
    .nullable()
    .openapi({ description: '导语：正文第一句 / the first sentence', example: '示例小学的菜园今年收了三百斤番茄。' }),
  outline: z.array(heading).openapi({ description: '提纲：各节标题，依次 / the section headings, in order' }),
  keySentences: z.array(z.string()).openapi({
    description: '没有节标题的文章的两三句关键句 / two or three sentences of an article without headings',
    example: ['孩子们每周三下午到菜园劳动。'],
  }),
  otherMedia: z
    .int()
    .openapi({ description: '另有几家媒体刊登同一篇 / how many other media carry the same text', example: 3 }),
});

export const articleSchema = article.openapi('Article');

const snippet = z.array(z.strictObject({ text: z.string(), hit: z.boolean() })).openapi({
  description: '命中处前后的文字，约六十字 / some sixty characters around the first hit',
  example: [
    { text: '今年收了三百斤', hit: false },
    { text: '番茄', hit: true },
    { text: '。', hit: false },
  ],
});

const hitSchema = article.extend({ snippet }).openapi('Hit');

const nextCursor = z.string().nullable().openapi({
  description: '下一页的 cursor；到底了为 null / goes into the next call as it is; null: there is no more',
  example: 'Gm4bVq0xY2lxN3siaWQiOjF9',
});

export const categoriesSchema = z.strictObject({ items: z.array(categorySchema), nextCursor }).openapi('Categories');
export const articlesSchema = z.strictObject({ items: z.array(articleSchema), nextCursor }).openapi('Articles');
export const storySchema = z.strictObject({ items: z.array(articleSchema) }).openapi('Story');
export const hitsSchema = z
  .strictObject({
    items: z.array(hitSchema),
    nextCursor,
    complete: z.boolean().openapi({
      description:
        '为 false 时这一页可能不全：时间到了，或索引还在建 / false: something may be missing, because the time was up or the index is still being filled',
      example: true,
    }),
  })
  .openapi('Hits');

export const errorCodes = [
  'bad-request',
  'bad-cursor',
  'bad-query',
  'not-found',
  'method-not-allowed',
  'busy',
  'failed',
] as const;

export const errorSchema = z
  .strictObject({
    error: z.strictObject({
      code: z.enum(errorCodes).openapi({ example: 'bad-request' }),
      message: z
        .string()
        .openapi({ description: '给人看的说明 / for people', example: 'limit: Too big: expected number to be <=100' }),
    }),
  })
  .openapi('Error');

export const idParam = z.object({
  id: id.openapi({ param: { name: 'id', in: 'path' }, description: '编号 / number', example: 12 }),
});

const paging = {
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(mostItems)
    .default(someItems)
    .openapi({ param: { name: 'limit', in: 'query' }, description: '一页几条 / items a page', example: 20 }),
  cursor: z
    .string()
    .max(maxCursorChars)
    .optional()
    .openapi({
      param: { name: 'cursor', in: 'query' },
      description: '上一页给出的 nextCursor / of the page before',
      example: undefined,
    }),
};

const query = z
  .string()
  .min(1)
  .max(maxQueryChars)
  .openapi({
    param: { name: 'q', in: 'query' },
    description: '搜索写法同机器人的 /search / in the search language of the bot',
    example: '番茄 after:2026-01-01',
  });

export const categoriesQuery = z.object({
  filter: z
    .string()
    .max(maxQueryChars)
    .default('')
    .openapi({
      param: { name: 'filter', in: 'query' },
      description: '名称或代号里有它 / in the name or slug',
      example: '示例',
    }),
  ...paging,
});

export const articlesQuery = z.object({
  category: id.optional().openapi({
    param: { name: 'category', in: 'query' },
    description: '只要这个分类的 / of this category only',
    example: 12,
  }),
  ...paging,
});

export const searchQuery = z.object({
  q: query,
  order: z
    .enum(['ranked', 'newest'])
    .default('ranked')
    .openapi({
      param: { name: 'order', in: 'query' },
      description: '标题里有的在前，或由新到旧 / hits in titles first, or newest first',
    }),
  ...paging,
});

export const feedQuery = z.object({ q: query });

export function toCategory({ id, name, slug, articleCount }: Category, feed: string): z.infer<typeof categorySchema> {
  return { id, name, slug: slug ?? null, articleCount, feed };
}

export function toArticle(summary: ArticleSummary): z.infer<typeof articleSchema> {
  return {
    id: summary.id,
    title: summary.title,
    byline: summary.byline ?? null,
    medium: summary.medium ?? null,
    categories: summary.categories.map(({ id, name, slug }) => ({ id, name, slug: slug ?? null })),
    published: summary.published?.toISOString() ?? null,
    firstSeen: summary.firstSeen.toISOString(),
    url: summary.url ?? null,
    lead: summary.lead ?? null,
    outline: summary.outline.map(({ level, text }) => ({ level, text })),
    keySentences: [...summary.keySentences],
    otherMedia: summary.otherMedia,
  };
}

export function toHit(found: FoundSummary): z.infer<typeof hitSchema> {
  return { ...toArticle(found), snippet: found.snippet.map(({ text, hit }) => ({ text, hit })) };
}

/** A page of a list. `seal`: makes the cursor of a place. */
export function toPage<T, Item, Place>(
  { items, next }: Part<T, Place>,
  toItem: (item: T) => Item,
  seal: (place: Place) => string,
) {
  return { items: items.map(toItem), nextCursor: next === undefined ? null : seal(next) };
}
