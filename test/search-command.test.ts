import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BotProcess } from './support/bot-process.js';
import { writePosts } from './support/generate-posts.js';

const posts = 400;
let folder: string;
let database: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-search-'));
  database = path.join(folder, 'zhaibao.db');
  writePosts(path.join(folder, 'posts'), posts, 7);
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const start = (...args: string[]) =>
  BotProcess.run(args, { SOURCES: path.join(folder, 'posts'), DATABASE_URL: `file:${database}` }, folder);
const run = async (...args: string[]) => {
  const process = start(...args);
  const code = await process.ended();
  return { code, lines: process.lines, text: process.lines.join('\n') };
};
const indexFiles = () => fs.readdirSync(folder).filter((name) => /\.search-\d+$/u.test(name));

describe('the command line', () => {
  it('finds right after an import, and says what is wrong with a query', async () => {
    expect((await run('import')).text).toContain(`${posts} posts read, ${posts} new`);
    const found = await run('search', '养老保险', '--limit', '3', '--json');
    expect(found.lines.map((line) => Object.keys(JSON.parse(line)))).toEqual(
      Array.from({ length: 3 }, () => ['id', 'title', 'source', 'published', 'url', 'snippet']),
    );
    expect((await run('search', '养老保险', '-保险', '--limit', '3')).text).toContain('no article matches');
    expect(await run('search', '养老', 'after:soon')).toMatchObject({
      code: 1,
      text: expect.stringContaining('is no date'),
    });
    expect(await run('search', '养老', '--jsn')).toMatchObject({ code: 2, text: expect.stringContaining('--jsn') });
  });

  it('tells of a damaged index, and makes it whole at the next search', async () => {
    await run('import');
    expect(await run('doctor')).toMatchObject({ code: 0, text: expect.stringContaining(`has all ${posts} articles`) });
    const [index = ''] = indexFiles();
    fs.writeFileSync(path.join(folder, index), 'not a database '.repeat(5_000));
    const bad = await run('doctor');
    expect(bad).toMatchObject({ code: 1, text: expect.stringContaining('makes it anew') });
    expect(bad.text).toContain('token');
    expect((await run('search', '养老保险', '--limit', '3')).lines.length).toBeGreaterThan(3);
    expect(await run('doctor')).toMatchObject({ code: 0 });
  });

  it('rebuilds the index into another file', async () => {
    await run('import');
    expect((await run('reindex')).text).toMatch(new RegExp(`^${posts} articles indexed`, 'mu'));
    expect(indexFiles()).toEqual(['zhaibao.db.search-2']);
    expect(await run('doctor')).toMatchObject({ code: 0 });
  });

  it('loses no article from the index when it is killed at any moment of an import', async () => {
    for (let round = 0; round < 6; round += 1) {
      const importing = start('import');
      await new Promise((resolve) => setTimeout(resolve, 300 + round * 100));
      await importing.kill('SIGKILL');
    }
    await run('import');
    expect(await run('doctor')).toMatchObject({ code: 0, text: expect.stringContaining(`has all ${posts} articles`) });
    expect(await run('search', 'after:2000', '--limit', '1000')).toMatchObject({ code: 0 });
  });
});
