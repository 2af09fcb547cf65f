import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { projectFile } from '../../src/paths.js';

const folder = projectFile('src', 'samples');
const samples = readdirSync(folder)
  .filter((name) => /^\d{4}-\d{2}-\d{2}-.+\.md$/u.test(name))
  .map((name) => {
    const content = readFileSync(`${folder}/${name}`, 'utf8');
    return { name, content, category: /^categories: (.+)$/mu.exec(content)?.[1] };
  });

describe('the bundled samples', () => {
  it('are twelve, three in each of four categories, one of each held back', () => {
    const perCategory = new Map<string | undefined, { all: number; later: number }>();
    for (const { name, category } of samples) {
      const count = perCategory.get(category) ?? { all: 0, later: 0 };
      perCategory.set(category, {
        all: count.all + 1,
        later: count.later + Number(name.endsWith('-later.md')),
      });
    }
    expect([...perCategory.values()]).toEqual(Array(4).fill({ all: 3, later: 1 }));
    expect(perCategory.has('zhongguolaodongbaozhangbao')).toBe(true);
  });

  it.each(samples)('$name says in its title that it is an example', ({ content }) => {
    expect(content).toMatch(/^title: "?【示例】/mu);
  });

  it.each(samples)('$name links to nothing but example.com', ({ content }) => {
    const hosts = [...content.matchAll(/(?:https?:)?\/\/([^/"\s)>]+)/gu)].map(([, host]) => host);
    expect(hosts.every((host) => host === 'example.com')).toBe(true);
  });

  it('give a first search for 养老保险 several results before anything is published', () => {
    const found = samples.filter(({ name, content }) => !name.includes('-later') && content.includes('养老保险'));
    expect(found.length).toBeGreaterThanOrEqual(3);
  });
});
