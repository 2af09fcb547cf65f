import { createHash } from 'node:crypto';
import type { GitRemote } from './git-command.js';

/** Where posts come from, as an entry of SOURCES names it. */
export type SourceAddress =
  | { readonly kind: 'folder'; readonly folder: string }
  | GitAddress
  | { readonly kind: 'feed'; readonly url: string };

/** `git+https://host/repo.git#branch:folder`; branch and folder may be left out. */
export interface GitAddress {
  readonly kind: 'git';
  /** As configured: it may hold a user and a password. */
  readonly url: string;
  readonly branch: string | undefined;
  /** Inside the repository; empty: all of it. */
  readonly folder: string;
}

const schemePattern = /^(?<scheme>[a-z][a-z0-9+.-]+):\/\//iu;

/** Reads an entry of SOURCES. Undefined: it names no kind of source that there is. */
export function parseSourceAddress(entry: string): SourceAddress | undefined {
  const scheme = schemePattern.exec(entry)?.groups?.scheme?.toLowerCase();
  if (scheme === undefined) return { kind: 'folder', folder: entry };
  if (scheme === 'http' || scheme === 'https') return URL.canParse(entry) ? { kind: 'feed', url: entry } : undefined;
  if (!['git+https', 'git+http', 'git+ssh', 'git+file'].includes(scheme)) return undefined;
  const [url = '', place = ''] = entry.slice('git+'.length).split(/#(.*)/su);
  if (!URL.canParse(url)) return undefined;
  const [branch = '', folder = ''] = place.split(/:(.*)/su);
  return { kind: 'git', url, branch: branch || undefined, folder: folder.replace(/^\/+|\/+$/gu, '') };
}

/**
 * What names the source in the store, in reports and in logs: the entry without the password that it may carry. Two entries
 * that differ in their password alone are one source.
 */
export function sourceKeyOf(entry: string): string {
  if (!schemePattern.test(entry)) return entry;
  const [url = '', ...rest] = entry.split(/(?=#)/u);
  if (!URL.canParse(url.replace(/^git\+/u, '')))
    return `source-${createHash('sha256').update(entry).digest('hex').slice(0, 12)}`;
  const prefix = url.startsWith('git+') ? 'git+' : '';
  const shown = new URL(url.slice(prefix.length));
  shown.username = '';
  shown.password = '';
  return `${prefix}${shown.href}${rest.join('')}`;
}

/** Where the repository is, and what lets one in, apart from each other. */
export function gitRemoteOf({ url }: GitAddress): GitRemote {
  const address = new URL(url);
  const user = decode(address.username) || undefined;
  const password = decode(address.password) || undefined;
  // In an ssh address the user is part of the way.
  if (address.protocol !== 'ssh:') address.username = '';
  address.password = '';
  return { url: address.href, user, password };
}

/** What is wrong with an address that names a repository, in a few words for the operator, without its password. */
export function findGitProblem(address: GitAddress): string | undefined {
  const { hostname, protocol } = new URL(address.url);
  if (protocol !== 'file:' && !/^[\w[]/u.test(hostname)) return 'names no host';
  const { user = '', password = '' } = gitRemoteOf(address);
  if (hasControlCharacter(`${user}${password}`)) return 'has a user or password with a control character';
  if (address.branch !== undefined && !isBranchName(address.branch)) return 'names a branch that git does not allow';
  const isInside = address.folder.split('/').every((name) => name !== '.' && name !== '..');
  if (!isInside || hasControlCharacter(address.folder)) return 'names a folder that is not inside the repository';
  return undefined;
}

/** The rules of git-check-ref-format, and none that begins with a dash. */
function isBranchName(name: string): boolean {
  const parts = name.split('/');
  if (parts.some((part) => part === '' || part.startsWith('.') || part.endsWith('.lock'))) return false;
  return !/^-|\.\.|[ ~^:?*[\\]|@\{|\.$|^@$/u.test(name) && !hasControlCharacter(name);
}

function hasControlCharacter(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** A stray % stands for itself. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
