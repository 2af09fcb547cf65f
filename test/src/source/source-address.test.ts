import { expect, it } from 'vitest';
import { parseSourceAddress, sourceKeyOf } from '../../../src/source/source-address.js';

it.each([
  ['./posts', { kind: 'folder', folder: './posts' }],
  ['C:\\posts', { kind: 'folder', folder: 'C:\\posts' }],
  ['https://news.example/atom.xml?page=1', { kind: 'feed', url: 'https://news.example/atom.xml?page=1' }],
  [
    'git+https://host.example/repo.git#main:_posts/',
    { kind: 'git', url: 'https://host.example/repo.git', branch: 'main', folder: '_posts' },
  ],
  [
    'git+https://host.example/repo.git',
    { kind: 'git', url: 'https://host.example/repo.git', branch: undefined, folder: '' },
  ],
  [
    'git+ssh://git@host.example/repo.git#:a/b',
    { kind: 'git', url: 'ssh://git@host.example/repo.git', branch: undefined, folder: 'a/b' },
  ],
  ['ftp://host.example/posts', undefined],
  ['git+ftp://host.example/posts', undefined],
  ['https://', undefined],
])('reads %s', (entry, address) => expect(parseSourceAddress(entry)).toEqual(address));

it.each([
  ['./posts', './posts'],
  ['https://user:secret@news.example/feed', 'https://news.example/feed'],
  ['git+https://token:x-oauth@host.example/r.git#main:a', 'git+https://host.example/r.git#main:a'],
])('names %s without its password', (entry, key) => expect(sourceKeyOf(entry)).toBe(key));
