import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { openStores } from '../../db/open-stores.js';
import type { Article } from '../../src/domain/article.js';
import { parsePost } from '../../src/extract/parse-post.js';
import type { SearchOrder, SearchPage, SearchPlace, Stores } from '../../src/ports.js';
import { parseQuery, type SearchQuery } from '../../src/search/query.js';
import { resolveQuery } from '../../src/service/resolve-query.js';
import { saveAll } from '../support/builders.js';
import { onEachPostgres } from '../support/each-postgres.js';
import { randomFrom } from '../support/generate-corpus.js';
import { generatePosts } from '../support/generate-posts.js';
import type { TestPostgres } from '../support/postgres.js';

/** The compiled stores: the search index of a file runs on threads, and threads run what is compiled. */
const compiled = (await import(`${inject('build')}db/open-stores.js`)) as { openStores: typeof openStores };

const articleCount = 1_000;
/** All ranked, every third by time as well, every other counted by day. */
const queryCount = 120;
const seed = 20_260_105;
const timeZone = 'Asia/Shanghai';
const now = new Date();
const dayMs = 86_400_000;

const simplified = '养区报车业办务农场训众劳';
const traditionalOnes = '養區報車業辦務農場訓眾勞';
const traditional = (text: string) =>
  Array.from(text, (each) => traditionalOnes[simplified.indexOf(each)] ?? each).join('');

let folder: string;
let sqlite: Stores;
const corpus = makeCorpus();
beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-equality-'));
  sqlite = await compiled.openStores(`file:${path.join(folder, 'zhaibao.db')}`);
  await fill(sqlite);
  await sqlite.search.caughtUp();
});
afterAll(async () => {
  await sqlite.close();
  fs.rmSync(folder, { recursive: true });
});

onEachPostgres((engine, start) => describe(`${engine} answers as SQLite does`, () => describeEquality(start)));

function describeEquality(start: () => Promise<TestPostgres>): void {
  let database: TestPostgres;
  let postgres: Stores;
  beforeAll(async () => {
    database = await start();
    postgres = await database.open();
    await fill(postgres);
  }, 60_000);
  afterAll(async () => {
    await postgres?.close();
    await database?.close();
  });
  const both = async <T>(ask: (stores: Stores) => Promise<T>): Promise<[T, T]> => [
    await ask(postgres),
    await ask(sqlite),
  ];

  it('whatever is searched for, page by page, there and back', async () => {
    for (const [n, text] of makeQueries().entries()) {
      for (const order of ['ranked', 'newest'] as const) {
        if (order === 'newest' && n % 3 !== 0) continue;
        const [ours, theirs] = await both((stores) => browse(stores, text, order));
        expect(ours, `${order}: ${text}`).toEqual(theirs);
      }
    }
  }, 120_000);

  it('how many there are each day', async () => {
    const until = now;
    for (const [n, text] of makeQueries().entries()) {
      if (n % 2 === 0) continue;
      const from = new Date(until.getTime() - (n % 3 === 0 ? 1_000 : 60) * dayMs);
      const [ours, theirs] = await both(async (stores) => {
        const counted = await stores.search.countByDay({ query: await queryOf(stores, text), from, until, timeZone });
        const names = new Map((await stores.categories.list()).map(({ id, name }) => [id, name]));
        return counted?.days.map(({ day, hits }) => [
          day,
          new Map([...hits].map(([id, count]) => [names.get(id ?? 0), count])),
        ]);
      });
      expect(ours, text).toEqual(theirs);
    }
  }, 60_000);

  it('what is related', async () => {
    for (let n = 0; n < articleCount; n += 37) {
      const [ours, theirs] = await both(async (stores) => {
        const article = await stores.articles.findByIdentity(corpus[n]?.identity ?? '');
        const related = await stores.search.listRelated(article?.id ?? 0, 8);
        return related.map(({ url }) => url);
      });
      expect(ours, corpus[n]?.title).toEqual(theirs);
    }
  }, 60_000);

  it('what is on the rise', async () => {
    for (const day of [0, 1, 5]) {
      const [ours, theirs] = await both((stores) =>
        stores.search.listRising(new Date(now.getTime() - day * dayMs), 20),
      );
      expect(ours.length).toBeGreaterThan(0);
      expect(ours).toEqual(theirs);
    }
  });
}

/** The first pages, the same backwards, and a page behind the last of these, as a reader sees them. */
async function browse(stores: Stores, text: string, order: SearchOrder): Promise<unknown[]> {
  const query = await queryOf(stores, text);
  const seen: unknown[] = [];
  const ask = async (countUpTo: number, from?: { direction: 'older' | 'newer'; place: SearchPlace }) => {
    const page = await stores.search.search({ query, order, limit: 5, countUpTo, from });
    if (!page) throw new Error('superseded');
    seen.push(shown(page));
    return page;
  };
  let page = await ask(1_000);
  for (let n = 0; n < 2; n += 1) {
    const last = page.items.at(-1);
    if (!last || !page.hasOlder) return seen;
    page = await ask(n === 0 ? 20 : 0, { direction: 'older', place: last.place });
  }
  for (let n = 0; n < 2; n += 1) {
    const [first] = page.items;
    if (!first || !page.hasNewer) return seen;
    page = await ask(0, { direction: 'newer', place: first.place });
  }
  return seen;
}

/** Numbers of articles may differ between two databases; the articles may not. */
function shown({ items, ...page }: SearchPage): unknown {
  return {
    ...page,
    items: items.map(({ id, place, ...item }) => {
      if (place.kind === 'set') return { ...item, offset: place.offset };
      return { ...item, place: place.place, orderAt: place.orderAt, isOwn: place.articleId === id };
    }),
  };
}

async function queryOf(stores: Stores, text: string): Promise<SearchQuery> {
  const parsed = parseQuery(text, timeZone);
  if (parsed.kind !== 'query') throw new Error(`${parsed.kind}: ${text}`);
  const resolved = resolveQuery(parsed.query, await stores.categories.list());
  if (resolved.kind !== 'query') throw new Error(`no category in ${text}`);
  return resolved.query;
}

/**
 * News of three years, more of them of late: long and short ones, reprints under another title, some in traditional characters,
 * some with letters and digits, some filed under two categories.
 */
function makeCorpus(): readonly Article[] {
  const random = randomFrom(seed);
  const latin = ['5G', 'ETF50', 'netflix', 'A股', 'GDP', '网络5g安全', 'K12'];
  const articles: Article[] = [];
  for (const { fileName, content } of generatePosts(articleCount, seed)) {
    const parsed = parsePost({ sourceKey: 'news', fileName, content }, { timeZone });
    if (parsed.kind !== 'article') continue;
    const n = articles.length;
    const { article } = parsed;
    const reprinted = n % 30 === 29 ? articles[Math.floor(random() * n)] : undefined;
    const length = n % 10 === 0 ? 2_000 : 60 + Math.floor(random() * 300);
    const text = reprinted?.text ?? `${article.text.slice(0, length)}${n % 5 === 0 ? latin[n % latin.length] : ''}`;
    const written = n % 9 === 4 ? traditional(text) : text;
    const daysAgo = n % 3 === 0 ? random() * 40 : random() * 1_000;
    articles.push({
      ...article,
      text: written,
      outline: article.outline.slice(0, 3),
      title: n % 9 === 4 ? traditional(article.title ?? '') : n % 71 === 0 ? undefined : article.title,
      byline: n % 4 === 0 ? article.byline : undefined,
      published: n % 97 === 0 ? undefined : new Date(now.getTime() - daysAgo * dayMs),
      categories: n % 6 === 0 ? [{ name: '要闻', slug: 'yaowen' }, ...article.categories] : article.categories,
    });
  }
  return articles;
}

/** In several rounds, some corrected later, some removed. */
async function fill(stores: Stores): Promise<void> {
  for (let from = 0; from < corpus.length; from += 300)
    await saveAll(stores.ingest, 'news', corpus.slice(from, from + 300), now, true);
  // Titles count for what is on the rise as the index sees them first.
  await stores.search.caughtUp();
  const corrected = corpus
    .filter((_, n) => n % 40 === 7)
    .map((article) => ({ ...article, text: `${article.text}更正`, title: `更正：${article.title}` }));
  await saveAll(stores.ingest, 'news', corrected, now, true);
  await stores.articles.remove(corpus.filter((_, n) => n % 100 === 3).map(({ identity }) => identity));
}

/** Words and passages of one to nine characters as they stand in the corpus, alone and in all that the search language has. */
function makeQueries(): readonly string[] {
  const random = randomFrom(seed + 1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const passage = (length: number) => {
    const { title, text } = pick(corpus);
    const source = (random() < 0.3 ? title : text)?.replaceAll(/[\s"]/gu, '') || '社区';
    const from = Math.floor(random() * Math.max(1, source.length - length));
    return source.slice(from, from + length);
  };
  const common = [
    '养老',
    '保险',
    '社区',
    '服务',
    '培训',
    '养老保险',
    '社區',
    '開',
    '更正',
    '5g',
    'e',
    'et',
    'net',
    '1',
    '9',
    'a股',
    '网络5g',
    'k12',
    '局',
    '县',
  ];
  const word = () => (random() < 0.5 ? pick(common) : passage(1 + Math.floor(random() * 9)));
  const date = () => new Date(now.getTime() - random() * 900 * dayMs).toISOString().slice(0, 10);
  const category = () => `"${pick(pick(corpus).categories).name}"`;
  const shapes: readonly (() => string)[] = [
    word,
    word,
    () => `"${passage(2 + Math.floor(random() * 12))}"`,
    () => `${word()} ${word()}`,
    () => `${word()} OR ${word()}`,
    () => `${word()} OR ${passage(5)} ${word()}`,
    () => `${word()} -${word()}`,
    () => `${word()} -${passage(4)}`,
    () => `${word()} in:${category()}`,
    () => `in:${category()}`,
    () => `${word()} -in:${category()}`,
    () => `${word()} after:${date()}`,
    () => `${word()} before:${date()}`,
    () => `after:${date().slice(0, 7)} ${random() < 0.5 ? `-${word()}` : ''}`,
  ];
  const queries = Array.from({ length: queryCount }, (_, n) => (shapes[n % shapes.length] ?? word)());
  return queries.filter((text) => parseQuery(text, timeZone).kind === 'query');
}
