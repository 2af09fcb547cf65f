import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runExtract } from '../../../src/cli/extract.js';
import { aPost, filler, filler2, filler3, paragraphs } from '../../support/posts.js';

let folder: string;
const body = `<p align="center">本报记者 李雷</p>${paragraphs(filler, '整理土地', `摸清底数。${filler2}`, `统一公示。${filler3}`, '登记租种', filler2)}`;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'zhaibao-extract-'));
  mkdirSync(path.join(folder, 'old'));
  writeFileSync(path.join(folder, 'b.md'), aPost(body, { link: 'https://news.example/1' }));
  writeFileSync(path.join(folder, 'a.markdown'), aPost(paragraphs(filler), { title: '', date: '2024-03-01 09:30:00' }));
  writeFileSync(path.join(folder, 'old', 'c.md'), aPost(paragraphs(filler), { date: '2024-03-01 09:30:00 -0500' }));
  writeFileSync(path.join(folder, 'notes.txt'), 'not a post');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(
  paths: readonly string[],
  options: { outline?: boolean; explain?: boolean; timeZone?: string } = {},
) {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const isComplete = await runExtract(paths, { timeZone: 'Asia/Shanghai', ...options }, { out, err });
  const read = (stream: PassThrough) => String(stream.read() ?? '');
  return { isComplete, out: read(out), err: read(err) };
}
const inFolder = (name: string) => path.join(folder, name);

it('prints one JSON line a post with exactly these keys', async () => {
  const { isComplete, out, err } = await run([inFolder('b.md')]);
  expect(err).toBe('');
  expect(isComplete).toBe(true);
  expect(JSON.parse(out)).toEqual({
    file: 'b.md',
    title: '示例：青禾镇试行共享菜园',
    source: '示例日报',
    byline: '本报记者 李雷',
    headings: ['整理土地', '登记租种'],
    lead: filler,
    url: 'https://news.example/1',
    published: '2024-03-01T09:30:00+08:00',
  });
});

it('reads folders in the order of their paths and prints what is absent as null', async () => {
  const { out } = await run([folder]);
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ file }) => file)).toEqual(['a.markdown', 'b.md', 'c.md']);
  expect(lines[0]).toMatchObject({ title: null, byline: null, headings: [], url: null });
});

it('keeps a printed offset and supplies that of the zone otherwise', async () => {
  const { out } = await run([inFolder('a.markdown'), inFolder('old')], { timeZone: 'America/New_York' });
  const published = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).published);
  expect(published).toEqual(['2024-03-01T09:30:00-05:00', '2024-03-01T09:30:00-05:00']);
});

it('adds the outline with sub-headings', async () => {
  const { out } = await run([inFolder('b.md')], { outline: true });
  expect(JSON.parse(out).outline).toEqual([
    { text: '整理土地', sub: ['摸清底数', '统一公示'] },
    { text: '登记租种', sub: [] },
  ]);
});

it('explains every block for people', async () => {
  const { out } = await run([inFolder('b.md')], { explain: true });
  expect(out).toMatch(/^b\.md\n {2}byline {5}top-reporter {9}本报记者 李雷\n/u);
  expect(out).toContain('plain-line');
});

it('goes on behind a bad post and says so on the error stream', async () => {
  const bad = path.join(folder, 'old', 'bad.md');
  writeFileSync(bad, '---js\nprocess.exit(3)\n---\n');
  const { isComplete, out, err } = await run([inFolder('none.md'), bad, inFolder('b.md')]);
  rmSync(bad);
  expect(isComplete).toBe(false);
  expect(out.trim().split('\n')).toHaveLength(1);
  expect(err).toMatch(/^\S+none\.md: no such file or folder\n\S+bad\.md: script-front-matter: .+\n$/u);
});

it('ends quietly when the reader of its output goes away', async () => {
  const out = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error('EPIPE'), { code: 'EPIPE' })),
  });
  await expect(runExtract([folder, folder], { timeZone: 'UTC' }, { out, err: new PassThrough() })).resolves.toBe(true);
});
