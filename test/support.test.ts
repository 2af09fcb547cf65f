import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { generatePosts, writePosts } from './support/generate-posts.js';

const count = 1_000;
const posts = [...generatePosts(count, 7)];
const bytesOf = (content: string) => Buffer.byteLength(content);
const isFlash = (content: string) => !content.includes('em_media');
const categoryOf = (content: string) => /^categories: (.+)$/mu.exec(content)?.[1] ?? '';

describe('generatePosts', () => {
  it('gives the same bytes for the same seed, and others for another', () => {
    expect([...generatePosts(count, 7)]).toEqual(posts);
    expect([...generatePosts(1, 8)][0]?.content).not.toBe(posts[0]?.content);
  });

  it('begins a longer run with the shorter one', () => {
    expect([...generatePosts(10, 7)]).toEqual(posts.slice(0, 10));
  });

  it('repeats no file name and no text', () => {
    expect(new Set(posts.map(({ fileName }) => fileName)).size).toBe(count);
    expect(new Set(posts.map(({ content }) => content.split('\n---\n')[1]?.split('\n\n<')[0])).size).toBe(count);
  });

  it('keeps long articles at the size of the real one, 6.6 KB', () => {
    const sizes = posts.filter(({ content }) => !isFlash(content)).map(({ content }) => bytesOf(content));
    expect(Math.min(...sizes)).toBeGreaterThan(5_500);
    expect(Math.max(...sizes)).toBeLessThan(8_000);
    const mean = sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
    expect(mean).toBeGreaterThan(6_300);
    expect(mean).toBeLessThan(6_900);
  });

  it.each([
    ['flashes', (content: string) => isFlash(content)],
    ['strong headings', (content: string) => content.includes('<strong>')],
    ['own-line headings', (content: string) => content.includes('<p>　　')],
  ])('makes about one in ten with %s', (_name, has) => {
    const share = posts.filter(({ content }) => has(content)).length / count;
    expect(share).toBeGreaterThan(0.07);
    expect(share).toBeLessThan(0.13);
  });

  it('has a common word like 养老保险 in about one post of ten', () => {
    const share = posts.filter(({ content }) => content.includes('养老保险')).length / count;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.15);
  });

  it('files them under about fifty categories, the first ones most often', () => {
    const perCategory = new Map<string, number>();
    for (const { content } of posts) {
      perCategory.set(categoryOf(content), (perCategory.get(categoryOf(content)) ?? 0) + 1);
    }
    const sizes = [...perCategory.values()].sort((a, b) => b - a);
    expect(perCategory.size).toBeGreaterThan(40);
    expect(sizes[0]).toBe(perCategory.get('zhongguolaodongbaozhangbao'));
    expect(sizes[0]).toBeGreaterThan(10 * (sizes.at(-1) ?? 0));
  });
});

describe('writePosts', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'zhaibao-generated-'));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('writes each post under its name', () => {
    writePosts(path.join(folder, 'posts'), 20, 7);
    const names = readdirSync(path.join(folder, 'posts'));
    expect(names).toHaveLength(20);
    for (const { fileName, content } of posts.slice(0, 20)) {
      expect(readFileSync(path.join(folder, 'posts', fileName), 'utf8')).toBe(content);
    }
  });
});
