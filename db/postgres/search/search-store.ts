import type { SearchStore } from '../../../src/ports.js';
import type { Database } from '../database.js';

export function createSearchStore(_db: Database, _now: () => Date): SearchStore {
  return {} as SearchStore; // PLACEHOLDER
}
