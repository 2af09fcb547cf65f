import type { Log } from '../../ports.js';
import type { PublicArchive } from '../../service/public-archive.js';
import type { Addresses } from './addresses.js';
import type { Cursors } from './cursor.js';
import type { SearchInTurn } from './search-in-turn.js';

/** What the routes share. */
export interface PublicApiContext {
  readonly archive: PublicArchive;
  readonly search: SearchInTurn;
  readonly cursors: Cursors;
  readonly addresses: Addresses;
  readonly log: Log;
}
