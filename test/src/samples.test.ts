import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isSameStory } from '../../src/domain/story/story.js';
import { toStoryText } from '../../src/domain/story/story-text.js';
import { parsePost } from '../../src/extract/parse-post.js';
import { projectFile } from '../../src/paths.js';

const folder = projectFile('src', 'samples');
const samples = readdirSync(folder)
  .filter((name) => /^\d{4}-\d{2}-\d{2}-.+\.md$/u.test(name))
  .sort()
  .map((name) => {
    const content = readFileSync(`${folder}/${name}`, 'utf8');
    const category = /^categories: (.+)$/mu.exec(content)?.[1] ?? '';
    return { name, content, category, isHeldBack: name.endsWith('-later.md') };
  });
const mentions = (word: string) => samples.filter(({ content }) => content.includes(word));

describe('the bundled samples', () => {
  it('are 24, four in each of six categories, one or two of each held back', () => {
    const perCategory = new Map<string, { all: number; later: number }>();
    for (const { category, isHeldBack } of samples) {
      const { all, later } = perCategory.get(category) ?? { all: 0, later: 0 };
      perCategory.set(category, { all: all + 1, later: later + Number(isHeldBack) });
    }
    const counts = [...perCategory.values()];
    expect(counts.map(({ all }) => all)).toEqual(Array(6).fill(4));
    expect(counts.map(({ later }) => later).sort()).toEqual([1, 1, 2, 2, 2, 2]);
  });

  it('are published one category after another, 中国劳动保障报 first', () => {
    const order = samples.filter(({ isHeldBack }) => isHeldBack).map(({ category }) => category);
    expect(order.slice(0, 2)).toEqual(['zhongguolaodongbaozhangbao', 'yunxiribao']);
    for (const [n, category] of order.entries()) expect(order[n + 1]).not.toBe(category);
  });

  it.each(samples)('$name says in its title that it is an example', ({ content }) => {
    expect(content).toMatch(/^title: "?【示例】/mu);
  });

  it.each(samples)('$name links to nothing but example.com', ({ content }) => {
    const hosts = [...content.matchAll(/(?:https?:)?\/\/([^/"\s)>]+)/gu)].map(([, host]) => host);
    expect(hosts.every((host) => host === 'example.com')).toBe(true);
  });

  it.each(samples)('$name has the day of its name in its date, if it has one', ({ name, content }) => {
    expect(content).toMatch(new RegExp(`^date:(?: ${name.slice(0, 10)} .+)?$`, 'mu'));
  });

  it('give a first search for 养老保险 results of several categories before anything is published', () => {
    const found = mentions('养老保险').filter(({ isHeldBack }) => !isHeldBack);
    expect(found.length).toBeGreaterThanOrEqual(6);
    expect(new Set(found.map(({ category }) => category)).size).toBeGreaterThanOrEqual(4);
  });

  it.each(['社保', '就业', '灵活就业', '医保', '社区食堂', '电池'])('come back to %s', (word) => {
    expect(mentions(word).length).toBeGreaterThanOrEqual(4);
  });

  it('have one text that two media print, the second later', () => {
    const texts = samples.map(({ name, ...post }) => {
      const parsed = parsePost({ sourceKey: 'samples', fileName: name, ...post }, { timeZone: 'Asia/Shanghai' });
      if (parsed.kind !== 'article') throw new Error(`${name}: ${parsed.kind}`);
      return { name, text: toStoryText({ ...parsed.article, orderAt: new Date(0) }) };
    });
    const pairs = texts.flatMap((a, n) =>
      texts.slice(n + 1).flatMap((b) => (isSameStory(a.text, b.text) ? [[a.name, b.name]] : [])),
    );
    expect(pairs).toEqual([['2025-10-19-sample-15.md', '2025-10-22-sample-13-later.md']]);
  });
});
