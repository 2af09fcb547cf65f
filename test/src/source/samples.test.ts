import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parsePost } from '../../../src/extract/parse-post.js';
import { layOutSamples } from '../../../src/source/samples.js';

const hourMs = 3_600_000;
const morning = new Date('2026-01-02T09:00:00+08:00');
const nextMorning = new Date('2026-01-03T09:00:00+08:00');

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-samples-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const names = () => fs.readdirSync(folder).sort();
const contentOf = (id: string) => fs.readFileSync(path.join(folder, nameOf(id)), 'utf8');
const nameOf = (id: string) => names().find((name) => name.endsWith(`-${id}.md`)) ?? `no ${id}`;
const dateOf = (id: string) => /^date:.*$/mu.exec(contentOf(id))?.[0];

function article(fileName: string) {
  const post = { sourceKey: folder, fileName, content: fs.readFileSync(path.join(folder, fileName), 'utf8') };
  const parsed = parsePost(post, { timeZone: 'Asia/Shanghai' });
  if (parsed.kind !== 'article') throw new Error(`${fileName}: ${parsed.kind}`);
  return parsed.article;
}

describe('the samples', () => {
  it('are laid out without the held-back ones, which come one by one, dated and named now', () => {
    const samples = layOutSamples(folder, morning);
    expect(names()).toHaveLength(14);
    expect(samples.heldBack).toHaveLength(10);
    const first = samples.publishNext(new Date('2026-01-02T18:04:05Z'));
    expect(first).toBe('2026-01-03-sample-03.md');
    expect(dateOf('sample-03')).toBe('date: 2026-01-03 02:04:05 +0800');
    for (let n = 0; n < 9; n += 1) expect(samples.publishNext(morning)).toBeDefined();
    expect(samples.publishNext(morning)).toBeUndefined();
    expect(names()).toHaveLength(24);
  });

  it.each([
    ['just after midnight', '2026-01-02T00:00:01+08:00'],
    ['in the morning', '2026-01-02T09:00:00+08:00'],
    ['just before midnight', '2026-01-02T23:59:59+08:00'],
  ])('are of the last three weeks, the newest hours old: %s', (_name, now) => {
    layOutSamples(folder, new Date(now));
    const ages = names().flatMap((name) => {
      const { published } = article(name);
      return published ? [(Date.parse(now) - published.getTime()) / hourMs] : [];
    });
    expect(Math.min(...ages)).toBeGreaterThan(3);
    expect(Math.min(...ages)).toBeLessThan(30);
    expect(Math.max(...ages)).toBeGreaterThan(20 * 24);
    expect(Math.max(...ages)).toBeLessThan(23 * 24);
  });

  it('keep the time of day and the shape of a date', () => {
    layOutSamples(folder, morning);
    expect(nameOf('sample-15')).toBe('2026-01-01-sample-15.md');
    expect(dateOf('sample-15')).toBe('date: 2026-01-01 20:10:00 +0800');
    expect(dateOf('sample-05')).toBe('date: 2025-12-30 10:21:48');
    expect(nameOf('sample-07')).toBe('2025-12-31-sample-07.md');
    expect(dateOf('sample-07')).toBe('date:');
  });

  it('are laid out again on the same day without touching what is there already', () => {
    layOutSamples(folder, morning).publishNext(morning);
    const stamps = () =>
      Object.fromEntries(names().map((name) => [name, fs.statSync(path.join(folder, name)).mtimeMs]));
    const first = stamps();
    layOutSamples(folder, new Date(morning.getTime() + 14 * hourMs));
    const second = stamps();
    expect(Object.keys(second)).toHaveLength(14);
    for (const [name, stamp] of Object.entries(second)) expect(stamp).toBe(first[name]);
  });

  it('move on a later day, as the same articles, and leave nothing behind but what is not theirs', () => {
    layOutSamples(folder, morning).publishNext(morning);
    fs.writeFileSync(path.join(folder, '2026-01-02-mine.md'), 'mine');
    const identities = () =>
      names()
        .filter((name) => !name.endsWith('-mine.md'))
        .map((name) => article(name).identity);
    const before = new Set(identities());
    layOutSamples(folder, nextMorning);
    expect(names()).toHaveLength(15);
    expect(nameOf('sample-15')).toBe('2026-01-02-sample-15.md');
    expect(identities().filter((identity) => !before.has(identity))).toEqual([]);
  });

  it('are held back under the identity that they are published with', () => {
    const samples = layOutSamples(folder, morning);
    for (const post of samples.heldBack) {
      const parsed = parsePost({ sourceKey: folder, ...post }, { timeZone: 'Asia/Shanghai' });
      const name = samples.publishNext(nextMorning) ?? '';
      expect(parsed).toMatchObject({ article: { identity: article(name).identity } });
    }
  });
});
