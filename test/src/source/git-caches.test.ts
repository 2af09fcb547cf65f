import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cacheName } from '../../../src/source/git.js';
import { dropUnusedGitCaches, gitCachesOf, passingGitCachesOf } from '../../../src/source/git-caches.js';

it('caches lie beside the database', () => {
  expect(gitCachesOf('file:data/zhaibao.db')).toBe('data/zhaibao.db.git');
  expect(passingGitCachesOf('file:data/zhaibao.db', 17)).toBe('data/zhaibao.db.git/import-17');
});

it('caches of a bot on a server lie in data, without the password', () => {
  expect(gitCachesOf('postgres://me:secret@db.example.com:5433/zhai%20bao')).toBe('data/db.example.com-zhai_bao.git');
});

it('caches of sources that are gone are removed, and of imports that ended long ago without removing theirs', async () => {
  const folder = fs.mkdtempSync(path.join(tmpdir(), 'zhaibao-caches-'));
  const now = new Date();
  const used = cacheName('git+https://host.example/a.git');
  const names = [used, cacheName('git+https://host.example/b.git'), `${used}.old-12345678`, 'import-1', 'import-2'];
  for (const name of names) fs.mkdirSync(path.join(folder, name, 'objects'), { recursive: true });
  const longAgo = new Date(now.getTime() - 2 * 86_400_000);
  fs.utimesSync(path.join(folder, 'import-1'), longAgo, longAgo);
  await dropUnusedGitCaches(folder, ['./posts', 'git+https://host.example/a.git'], now);
  expect(fs.readdirSync(folder).sort()).toEqual([used, 'import-2'].sort());
  fs.rmSync(folder, { recursive: true });
  await dropUnusedGitCaches(folder, [], now);
});
