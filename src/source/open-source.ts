import type { PostSource } from '../ports.js';
import { createDirectorySource } from './directory.js';
import { createFeedSource, type FeedTools } from './feed.js';
import { parseSourceAddress } from './source-address.js';

export interface SourceTools {
  readonly feeds: FeedTools;
}

/** Opens what an entry of SOURCES names. Throws for a kind of source that there is not (loadConfig refuses it before). */
export function openSource(entry: string, tools: SourceTools): PostSource {
  const address = parseSourceAddress(entry);
  switch (address?.kind) {
    case 'folder':
      return createDirectorySource(address.folder);
    case 'feed':
      return createFeedSource(address.url, tools.feeds);
    default:
      throw new Error('this kind of source is not supported by this version');
  }
}
