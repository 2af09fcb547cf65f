import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { maxPostBytes, readPostFile } from '../../../src/source/read-post-file.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'zhaibao-read-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const aFile = (name: string, content: string | Uint8Array) => {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
};

it('reads a post as it is, byte order mark included', async () => {
  expect(await readPostFile(aFile('a.md', '\uFEFF---\n标题'))).toEqual({ kind: 'read', content: '\uFEFF---\n标题' });
  expect(await readPostFile(aFile('empty.md', ''))).toEqual({ kind: 'read', content: '' });
});

it('takes two megabytes and no byte more', async () => {
  const file = aFile('big.md', '');
  truncateSync(file, maxPostBytes);
  expect(await readPostFile(file)).toMatchObject({ kind: 'read' });
  truncateSync(file, maxPostBytes + 1);
  expect(await readPostFile(file)).toMatchObject({ kind: 'rejected', reason: 'too-large' });
});

it('refuses what is not UTF-8', async () => {
  expect(await readPostFile(aFile('gbk.md', Uint8Array.of(0xd0, 0xc2, 0xce, 0xc5)))).toMatchObject({
    reason: 'not-utf8',
  });
});

it('refuses folders, devices, pipes without a writer and sockets, and does not wait', async () => {
  const pipe = path.join(folder, 'pipe.md');
  execFileSync('mkfifo', [pipe]);
  const link = path.join(folder, 'device.md');
  symlinkSync('/dev/zero', link);
  const socket = path.join(folder, 's.md');
  const server = createServer().listen(socket);
  await new Promise((resolve) => server.once('listening', resolve));
  for (const file of [folder, pipe, link, socket]) {
    expect(await readPostFile(file), file).toMatchObject({ kind: 'rejected', reason: 'not-a-file' });
  }
  server.close();
});

it('tells a missing file from one it may not read', async () => {
  expect(await readPostFile(path.join(folder, 'gone.md'))).toEqual({ kind: 'missing' });
  const file = aFile('locked.md', 'x');
  chmodSync(file, 0);
  const expected = process.getuid?.() === 0 ? { kind: 'read' } : { kind: 'rejected', reason: 'unreadable' };
  expect(await readPostFile(file)).toMatchObject(expected);
});
