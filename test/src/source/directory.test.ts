import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { KnownPost, PostSource, SourceEntry } from '../../../src/ports.js';
import { createDirectorySource } from '../../../src/source/directory.js';
import { aRound } from '../../support/builders.js';

const opened: string[] = vi.hoisted(() => []);
vi.mock('../../../src/source/read-post-file.js', async (importOriginal) => {
  const original = await importOriginal<typeof import('../../../src/source/read-post-file.js')>();
  return {
    ...original,
    readPostFile(file: string) {
      opened.push(file);
      return original.readPostFile(file);
    },
  };
});

let folder: string;
let source: PostSource;
let known: Map<string, KnownPost>;
let now: Date;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-source-'));
  source = createDirectorySource(folder);
  known = new Map();
  now = new Date();
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

function write(name: string, content = '---\n---\n'): void {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, content);
}

/** One round, remembered as the ingest remembers it. */
async function round(): Promise<SourceEntry[]> {
  const entries: SourceEntry[] = [];
  for await (const batch of source.read(known, aRound(now))) entries.push(...batch);
  for (const { path: file, fingerprint } of entries) known.set(file, { fingerprint, state: 'done' });
  return entries;
}

const paths = (entries: readonly SourceEntry[]) => entries.map((entry) => entry.path);
const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * 60_000);
};
/** As if everything had been written long ago, so that nothing is looked at for being recent. */
function makeOld(): void {
  const longAgo = new Date(now.getTime() - 86_400_000);
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: 'utf8' }))
    fs.utimesSync(path.join(folder, name), longAgo, longAgo);
  fs.utimesSync(folder, longAgo, longAgo);
}

describe('a folder of posts', () => {
  it('is read recursively, both endings, oldest name first, other files left alone', async () => {
    for (const name of [
      'b/2026-01-02-x.markdown',
      '2026-01-03-y.MD',
      'a/c/2026-01-01-z.md',
      'notes.txt',
      '.git/2026-01-01-q.md',
      '.hidden.md',
    ])
      write(name);
    expect(paths(await round())).toEqual(['a/c/2026-01-01-z.md', 'b/2026-01-02-x.markdown', '2026-01-03-y.MD']);
  });

  it('gives the content and the file name', async () => {
    write('a/2026-01-01-z.md', 'hello');
    expect(await round()).toMatchObject([
      { kind: 'post', post: { sourceKey: folder, fileName: '2026-01-01-z.md', content: 'hello' } },
    ]);
  });

  it('tells how much there is to read before the first batch', async () => {
    for (let n = 0; n < 300; n += 1) write(`2026-01-01-${n}.md`);
    const found: number[] = [];
    const sizes: number[] = [];
    for await (const batch of source.read(
      known,
      aRound(now, (count) => found.push(count)),
    ))
      sizes.push(batch.length);
    expect(found).toEqual([300]);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(128);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(300);
  });

  it('that is not there throws, and an empty one does not', async () => {
    expect(await round()).toEqual([]);
    fs.rmSync(folder, { recursive: true });
    await expect(round()).rejects.toThrow(/ENOENT/);
  });
});

describe('a later round', () => {
  beforeEach(async () => {
    write('2026-01-01-a.md', 'first');
    write('deep/2026-01-01-b.md', 'second');
    makeOld();
    await round();
  });

  it('reads nothing when nothing changed', async () => {
    expect(await round()).toEqual([]);
    later(55);
    expect(await round()).toEqual([]);
  });

  it('opens no file of an unchanged folder', async () => {
    opened.length = 0;
    await round();
    later(55);
    await round();
    expect(opened).toEqual([]);
    write('2026-01-02-c.md');
    await round();
    expect(opened.map((file) => path.basename(file))).toEqual(['2026-01-02-c.md']);
  });

  it('sees a new file at once, also in a folder below', async () => {
    write('2026-01-02-c.md');
    write('deep/deeper/2026-01-02-d.md');
    expect(paths(await round())).toEqual(['2026-01-02-c.md', 'deep/deeper/2026-01-02-d.md']);
  });

  it('sees a changed old file within the hour, even of the same size and time stamp', async () => {
    const file = path.join(folder, '2026-01-01-a.md');
    const { atime, mtime } = fs.statSync(file);
    fs.writeFileSync(file, 'FIRST');
    fs.utimesSync(file, atime, mtime);
    const seen: string[] = [];
    for (let minutes = 0; minutes < 60; minutes += 5) {
      later(5);
      seen.push(...paths(await round()));
    }
    expect(seen).toEqual(['2026-01-01-a.md']);
  });

  it('sees a change of a recent file in the next round', async () => {
    write('2026-01-02-c.md', 'one');
    await round();
    write('2026-01-02-c.md', 'two');
    expect(paths(await round())).toEqual(['2026-01-02-c.md']);
  });

  it('reads a waiting file again although it is the same', async () => {
    const entry = known.get('2026-01-01-a.md');
    known.set('2026-01-01-a.md', { fingerprint: entry?.fingerprint ?? '', state: 'waiting' });
    expect(paths(await round())).toEqual(['2026-01-01-a.md']);
  });

  it('names what vanished only after it looked everywhere', async () => {
    fs.rmSync(path.join(folder, '2026-01-01-a.md'));
    await round();
    expect(source.vanished(known)).toEqual([]);
    later(55);
    await round();
    expect(source.vanished(known)).toEqual(['2026-01-01-a.md']);
  });

  it('concludes nothing from a folder that is gone', async () => {
    fs.rmSync(folder, { recursive: true });
    later(55);
    await expect(round()).rejects.toThrow();
    expect(source.vanished(known)).toEqual([]);
  });
});

describe('what is no post', () => {
  const reasons = (entries: readonly SourceEntry[]) =>
    Object.fromEntries(
      entries.map((entry) => [entry.path, entry.kind === 'rejected' ? entry.rejection.reason : 'read']),
    );

  it('is refused with its reason and reported once', async () => {
    const outside = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-outside-'));
    fs.writeFileSync(path.join(outside, 'secret.md'), 'secret');
    write('real.md');
    write('big.md', 'x'.repeat(2 * 1024 * 1024 + 1));
    fs.writeFileSync(path.join(folder, 'gbk.md'), Buffer.from([0xb9, 0xe3, 0xb6, 0xab]));
    fs.symlinkSync(path.join(outside, 'secret.md'), path.join(folder, 'leaves.md'));
    fs.symlinkSync(outside, path.join(folder, 'leaves'));
    fs.symlinkSync(path.join(folder, 'real.md'), path.join(folder, 'stays.md'));
    fs.symlinkSync(path.join(folder, 'nowhere.md'), path.join(folder, 'dangling.md'));
    fs.symlinkSync(folder, path.join(folder, 'circle'));
    execFileSync('mkfifo', [path.join(folder, 'pipe.md')]);
    fs.mkdirSync(path.join(folder, 'folder.md'));
    expect(reasons(await round())).toEqual({
      'big.md': 'too-large',
      'gbk.md': 'not-utf8',
      leaves: 'outside-folder',
      'leaves.md': 'outside-folder',
      'pipe.md': 'not-a-file',
      'real.md': 'read',
      'stays.md': 'read',
    });
    expect(await round()).toEqual([]);
    fs.rmSync(outside, { recursive: true });
  });

  it('keeps nothing else from being read, however it cannot be looked at', async () => {
    write('good.md');
    fs.symlinkSync('a'.repeat(300), path.join(folder, 'long.md'));
    fs.symlinkSync('a'.repeat(300), path.join(folder, 'long'));
    expect(reasons(await round())).toEqual({ 'good.md': 'read', 'long.md': 'unreadable' });
  });

  it('is read when it was mended', async () => {
    write('post.md', 'x'.repeat(2 * 1024 * 1024 + 1));
    await round();
    write('post.md', 'short');
    expect(reasons(await round())).toEqual({ 'post.md': 'read' });
  });
});
