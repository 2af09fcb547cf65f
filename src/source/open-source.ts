import type { PostSource } from '../ports.js';
import { createDirectorySource } from './directory.js';
import { parseSourceAddress } from './source-address.js';

/** Opens what an entry of SOURCES names. Throws for a kind of source that there is not (loadConfig refuses it before). */
export function openSource(entry: string): PostSource {
  const address = parseSourceAddress(entry);
  switch (address?.kind) {
    case 'folder':
      return createDirectorySource(address.folder);
    default:
      throw new Error('this kind of source is not supported by this version');
  }
}
