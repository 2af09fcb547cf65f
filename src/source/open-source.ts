import type { PostSource } from '../ports.js';
import { createDirectorySource } from './directory.js';
import { createGitSource } from './git.js';
import { parseSourceAddress, sourceKeyOf } from './source-address.js';

export interface SourceOptions {
  /** Folder for what is kept of git repositories between rounds; only this process may use it. */
  readonly gitCaches: string;
}

/** Opens what an entry of SOURCES names. Throws for a kind of source that there is not (loadConfig refuses it before). */
export function openSource(entry: string, { gitCaches }: SourceOptions): PostSource {
  const address = parseSourceAddress(entry);
  switch (address?.kind) {
    case 'folder':
      return createDirectorySource(address.folder);
    case 'git':
      return createGitSource({ key: sourceKeyOf(entry), address, cachesFolder: gitCaches });
    default:
      throw new Error('this kind of source is not supported by this version');
  }
}
