import { createHash } from 'node:crypto';

/** Where posts come from, as an entry of SOURCES names it. */
export type SourceAddress =
  | { readonly kind: 'folder'; readonly folder: string }
  /** `git+https://host/repo.git#branch:folder`; branch and folder may be left out. */
  | {
      readonly kind: 'git';
      readonly url: string;
      readonly branch: string | undefined;
      /** Inside the repository; empty: all of it. */
      readonly folder: string;
    }
  | { readonly kind: 'feed'; readonly url: string };

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
