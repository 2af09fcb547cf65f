import type { PostSource } from '../ports.js';
import { createDirectorySource } from './directory.js';
import { createFeedSource, type FeedTools } from './feed.js';
import { createGitSource } from './git.js';
import { parseSourceAddress, sourceKeyOf } from './source-address.js';

export interface SourceTools {
  readonly feeds: FeedTools;
  /** Folder for what is kept of git repositories between rounds; only this process may use it. */
  readonly gitCaches: string;
}

/** Opens what an entry of SOURCES names. Throws for a kind of source that there is not (loadConfig refuses it before). */
export function openSource(entry: string, tools: SourceTools): PostSource {
  const address = parseSourceAddress(entry);
  switch (address?.kind) {
    case 'folder':
      return createDirectorySource(address.folder);
    case 'git':
      return createGitSource({ key: sourceKeyOf(entry), address, cachesFolder: tools.gitCaches });
    case 'feed':
      return createFeedSource(address.url, tools.feeds);
    default:
      throw new Error('no such kind of source');
  }
}
