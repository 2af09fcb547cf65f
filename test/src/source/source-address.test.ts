import { describe, expect, it } from 'vitest';
import { findGitProblem, gitRemoteOf, parseSourceAddress, sourceKeyOf } from '../../../src/source/source-address.js';

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

describe('a git address', () => {
  const gitAddress = (entry: string) => {
    const address = parseSourceAddress(entry);
    if (address?.kind !== 'git') throw new Error(`${entry} is no git address`);
    return address;
  };

  it.each([
    ['https://host.example/r.git', undefined],
    ['https://host.example/r.git#feature/x-1:摘报/_posts', undefined],
    ['ssh://git@host.example/r.git', undefined],
    ['file:///srv/r.git', undefined],
    ['ssh://-oProxyCommand=touch/r.git', 'names no host'],
    ['https://host.example/r.git#--upload-pack=touch', 'names a branch that git does not allow'],
    ['https://host.example/r.git#a..b', 'names a branch that git does not allow'],
    ['https://host.example/r.git#a.lock', 'names a branch that git does not allow'],
    ['https://host.example/r.git#a@{1}', 'names a branch that git does not allow'],
    ['https://host.example/r.git#+main', undefined],
    ['https://host.example/r.git#main:../x', 'names a folder that is not inside the repository'],
    ['https://host.example/r.git#main:a/./b', 'names a folder that is not inside the repository'],
    ['https://u:p%0Ahost=evil@host.example/r.git', 'has a user or password with a control character'],
  ])('%s is checked', (address, problem) => expect(findGitProblem(gitAddress(`git+${address}`))).toBe(problem));

  it.each([
    ['https://u%40x:p%2Fw@h.example/r.git', { url: 'https://h.example/r.git', user: 'u@x', password: 'p/w' }],
    ['https://token@h.example/r.git', { url: 'https://h.example/r.git', user: 'token', password: undefined }],
    ['ssh://git@h.example/r.git', { url: 'ssh://git@h.example/r.git', user: 'git', password: undefined }],
    ['https://h.example/r.git', { url: 'https://h.example/r.git', user: undefined, password: undefined }],
  ])('%s is taken apart', (address, remote) => expect(gitRemoteOf(gitAddress(`git+${address}`))).toEqual(remote));
});
